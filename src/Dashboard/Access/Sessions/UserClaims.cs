using System.Security.Claims;
using Dashboard.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Dashboard.Access.Sessions;

/// <summary>Adds to Identity's claims (name, roles, security stamp) the servers that the person is limited to.</summary>
internal sealed class UserClaims(UserManager<DashboardUser> users, RoleManager<IdentityRole<Guid>> roles, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<DashboardUser, IdentityRole<Guid>>(users, roles, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(DashboardUser user)
    {
        ClaimsIdentity identity = await base.GenerateClaimsAsync(user);
        identity.AddClaims(ServerAccess.Claims(user.Servers));
        return identity;
    }
}
