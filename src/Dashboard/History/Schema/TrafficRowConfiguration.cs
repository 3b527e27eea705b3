using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.History.Schema;

/// <summary>For reading, by a view: the table is partitioned and narrow, and migrations make both by SQL.</summary>
internal sealed class TrafficRowConfiguration : IEntityTypeConfiguration<TrafficRow>
{
    public void Configure(EntityTypeBuilder<TrafficRow> builder)
    {
        builder.ToTable("traffic_minute", table => table.ExcludeFromMigrations());
        builder.HasNoKey();
    }
}
