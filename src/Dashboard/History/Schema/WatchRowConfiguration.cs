using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.History.Schema;

internal sealed class WatchRowConfiguration : IEntityTypeConfiguration<WatchRow>
{
    public void Configure(EntityTypeBuilder<WatchRow> builder)
    {
        builder.ToTable("watch");
        builder.HasStorageParameter("fillfactor", 70);
        builder.HasKey(watch => new { watch.ServerId, watch.Began });
        builder.HasOne<ServerRow>().WithMany().HasForeignKey(watch => watch.ServerId).OnDelete(DeleteBehavior.Cascade);
    }
}
