using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage;

/// <summary>The tables of ASP.NET Core Identity: schema version 3, the first with passkeys, under our names.</summary>
internal static class IdentitySchema
{
    /// <summary>The version comes from here and not from the context: Identity reads it from the application's services while the model is made.</summary>
    public static void Configure(IdentityOptions options) => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;

    public static void Name(ModelBuilder builder)
    {
        builder.Entity<DashboardUser>().ToTable("dashboard_user");
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("dashboard_user_claim");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("dashboard_user_login");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("dashboard_user_token");
        builder.Entity<IdentityUserPasskey<Guid>>().ToTable("dashboard_user_passkey");
        builder.Entity<IdentityUserRole<Guid>>().ToTable("dashboard_user_role");
        builder.Entity<IdentityRole<Guid>>().ToTable("dashboard_role");
        builder.Entity<IdentityRoleClaim<Guid>>().ToTable("dashboard_role_claim");
    }
}
