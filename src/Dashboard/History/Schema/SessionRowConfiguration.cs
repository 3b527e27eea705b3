using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.History.Schema;

internal sealed class SessionRowConfiguration : IEntityTypeConfiguration<SessionRow>
{
    public void Configure(EntityTypeBuilder<SessionRow> builder)
    {
        builder.ToTable("session");
        builder.HasStorageParameter("fillfactor", 70); // the counters change every minute: room to do it in place
        builder.HasKey(session => session.Number);
        builder.HasIndex(session => session.Id).IsUnique();
        builder.HasIndex(session => new { session.ServerId, session.EndedNotAfter }); // who was there in a period; does not change while a session lives
        builder.HasIndex(session => new { session.UserId, session.Number }); // a name's sessions, and its last one
        builder.HasIndex(session => new { session.ConnectedSince, session.Number }) // lists, a page at a time; and who came how often, from the index alone
            .IncludeProperties(session => new { session.UserId, session.ServerId });
        builder.HasIndex(session => session.EndedNotAfter); // who was there at the end of an hour, and who can be forgotten
        builder.Property(session => session.Addresses).HasDefaultValueSql("'{}'");
        builder.HasOne<ServerRow>().WithMany().HasForeignKey(session => session.ServerId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<VpnUserRow>().WithMany().HasForeignKey(session => session.UserId).OnDelete(DeleteBehavior.Restrict);
    }
}
