using Dashboard.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Access.Schema;

internal sealed class SignInSessionRowConfiguration : IEntityTypeConfiguration<SignInSessionRow>
{
    public void Configure(EntityTypeBuilder<SignInSessionRow> builder)
    {
        builder.ToTable("sign_in_session").HasKey(session => session.Id);
        builder.Property(session => session.Id).ValueGeneratedNever();
        builder.HasOne<DashboardUser>().WithMany().HasForeignKey(session => session.UserId);
    }
}
