using System.Security.Claims;
using Dashboard.Storage;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Access;

/// <summary>
/// A circuit lives as long as its browser tab, far beyond the request that started it: once a minute it is checked that
/// its user still exists, with the same security stamp and the same roles.
/// </summary>
internal sealed class CircuitAuthenticationState(IServiceScopeFactory scopes, ILoggerFactory loggers)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    private readonly ILogger<CircuitAuthenticationState> _logger = loggers.CreateLogger<CircuitAuthenticationState>();

    protected override TimeSpan RevalidationInterval => AccessRegistration.RevalidationInterval;

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        try
        {
            await using AsyncServiceScope scope = scopes.CreateAsyncScope();
            return await IsCurrentAsync(authenticationState.User, scope.ServiceProvider);
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            Log.SessionNotChecked(_logger, e, new VisibleText(authenticationState.User.Identity?.Name));
            return true;
        }
    }

    /// <summary>Whether the claims still say what the database says. API tokens are fixed for the life of the process.</summary>
    internal static async Task<bool> IsCurrentAsync(ClaimsPrincipal principal, IServiceProvider services)
    {
        if (string.Equals(principal.Identity?.AuthenticationType, ApiTokenHandler.SchemeName, StringComparison.Ordinal))
            return true;
        var signIn = services.GetRequiredService<SignInManager<DashboardUser>>();
        if (await signIn.ValidateSecurityStampAsync(principal) is not { } user)
            return false;
        IList<string> roles = await signIn.UserManager.GetRolesAsync(user);
        return roles.ToHashSet(StringComparer.Ordinal).SetEquals(principal.FindAll(ClaimTypes.Role).Select(static claim => claim.Value));
    }
}
