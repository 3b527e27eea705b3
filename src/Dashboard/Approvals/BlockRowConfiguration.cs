using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Approvals;

internal sealed class BlockRowConfiguration : IEntityTypeConfiguration<BlockRow>
{
    public void Configure(EntityTypeBuilder<BlockRow> builder)
    {
        builder.ToTable("block");
        builder.HasIndex(block => block.CommonName).HasFilter("lifted_at IS NULL");
    }
}
