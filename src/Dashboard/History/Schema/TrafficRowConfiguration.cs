using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.History.Schema;

/// <summary>For reading. The table is partitioned, which migrations make by SQL.</summary>
internal sealed class TrafficRowConfiguration : IEntityTypeConfiguration<TrafficRow>
{
    public void Configure(EntityTypeBuilder<TrafficRow> builder)
    {
        builder.ToTable("traffic", table => table.ExcludeFromMigrations());
        builder.HasNoKey();
    }
}
