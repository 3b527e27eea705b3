using System.Security.Claims;
using Dashboard.Access.Audit;
using Dashboard.Access.External;
using Dashboard.Access.Sessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Dashboard.Access.Proxies;

/// <summary>
/// A session that the proxy vouched for goes on only while it does so: with each request it has to name the same person,
/// in groups that come to the same. Whoever reaches us past the proxy has no use for its cookies.
/// </summary>
internal sealed class ProxySessionMiddleware(RequestDelegate next, ProxySignIn proxy, AccountTrail trail, IOptions<AccessOptions> access)
{
    public async Task InvokeAsync(HttpContext context, SessionIssuer issuer)
    {
        if (string.Equals(context.User.SignInMethod(), ProxySignIn.Method, StringComparison.Ordinal) && !IsVouchedFor(context))
        {
            if (proxy.Identify(context) is not null) // the proxy's word: somebody else sits there now, or with other groups
            {
                await context.SignOutAsync(IdentityConstants.ApplicationScheme);
                trail.Done(Caller.From(context.User), AccountActions.SignOut, "the proxy no longer names them with this role");
                try
                {
                    await issuer.EndAsync(context.User, context.RequestAborted);
                }
                catch (Exception e) when (StorageFailure.Is(e))
                {
                    // It is refused at each request all the same, and ends by itself.
                }
            }
            context.User = new ClaimsPrincipal(new ClaimsIdentity());
        }
        await next(context);
    }

    private bool IsVouchedFor(HttpContext context) =>
        proxy.Identify(context) is { } who
        && string.Equals(who.Subject, context.User.Identity?.Name, StringComparison.OrdinalIgnoreCase)
        && Grant.Of(access.Value.Grants, who.Groups) is { } grant
        && context.User.IsInRole(grant.Role)
        && ServerAccess.Of(context.User).Servers is var servers
        && (grant.Servers.Count == 0 ? servers is null : servers is not null && grant.Servers.ToHashSet(StringComparer.Ordinal).SetEquals(servers));
}
