using Dashboard.Access.Sessions;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Dashboard.Access;

/// <summary>
/// A circuit lives as long as its browser tab, far beyond the request that started it: every few seconds it is checked
/// that its session goes on, and that its user is still allowed what they were.
/// </summary>
internal sealed class CircuitAuthenticationState(SignInSessions sessions, ILoggerFactory loggers) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => AccessRegistration.RevalidationInterval;

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        sessions.MayGoOnAsync(authenticationState.User, cancellationToken);
}
