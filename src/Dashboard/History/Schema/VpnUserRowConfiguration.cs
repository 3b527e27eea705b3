using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.History.Schema;

internal sealed class VpnUserRowConfiguration : IEntityTypeConfiguration<VpnUserRow>
{
    public void Configure(EntityTypeBuilder<VpnUserRow> builder)
    {
        builder.ToTable("vpn_user");
        builder.HasIndex(user => new { user.CommonName, user.Username }).IsUnique();
    }
}
