using Dashboard.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Access.Schema;

internal sealed class DashboardUserConfiguration : IEntityTypeConfiguration<DashboardUser>
{
    public void Configure(EntityTypeBuilder<DashboardUser> builder)
    {
        builder.Property(user => user.CreatedAt).HasDefaultValueSql("now()");
        builder.Property(user => user.Servers).HasDefaultValueSql("'{}'");
        builder.HasIndex(user => user.LinkHash).IsUnique();

        // Identity saves a user with all columns, as they were when it was read. What may be used once must not come back
        // that way: these change by statements of their own, which look and write at once.
        builder.Property(user => user.LinkHash).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
        builder.Property(user => user.LinkExpires).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
        builder.Property(user => user.LastTotpStep).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
    }
}
