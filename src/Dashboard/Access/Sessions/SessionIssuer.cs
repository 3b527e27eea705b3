using System.Security.Claims;
using Dashboard.Access.Audit;
using Dashboard.Access.External;
using Dashboard.Access.Schema;
using Dashboard.Storage;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Access.Sessions;

/// <summary>Gives a browser a session, by a cookie in the response to the current request.</summary>
internal sealed class SessionIssuer(SignInManager<DashboardUser> signIn, SignInSessions sessions, AccountTrail trail, TimeProvider time)
{
    private const int MaxUserAgentLength = 256;

    /// <summary>Starts a session of its own, whatever cookie the browser came with: one that somebody else planted is worth nothing.</summary>
    public Task StartAsync(DashboardUser user, string method, CancellationToken cancellationToken) => StartAsync(user, method, external: null, cancellationToken);

    /// <summary>The same where another system vouches for the person.</summary>
    public async Task StartAsync(DashboardUser user, string method, ExternalSession? external, CancellationToken cancellationToken)
    {
        HttpContext context = signIn.Context;
        await EndAsync(context.User, cancellationToken);
        string userAgent = context.Request.Headers.UserAgent.ToString();
        DateTimeOffset now = time.GetUtcNow();
        SignInSessionRow session = new()
        {
            Id = Guid.NewGuid(),
            UserId = user.Id,
            CreatedAt = now,
            LastSeenAt = now,
            Address = context.Connection.RemoteIpAddress?.ToString(),
            UserAgent = HostileText.Visible(userAgent.Length > MaxUserAgentLength ? userAgent[..MaxUserAgentLength] : userAgent),
            Method = method,
        };
        await sessions.AddAsync(session, cancellationToken);
        await signIn.SignInWithClaimsAsync(user, isPersistent: false, external is null ? SessionClaims.Make(session.Id, now) : SessionClaims.Make(session.Id, method, external));
        trail.Done(user, context.Connection.RemoteIpAddress, AccountActions.SignIn, method);
    }

    /// <summary>Writes the cookie of the present session anew: the person has just proved to be themselves, with all that they have.</summary>
    public Task ProveAsync(DashboardUser user) => RenewAsync(user, time.GetUtcNow());

    /// <summary>Writes the cookie of the present session anew, as the security stamp is new. When the person last proved to be themselves stays as it is.</summary>
    public Task RenewAsync(DashboardUser user) => RenewAsync(user, signIn.Context.User.ProvenAt() ?? DateTimeOffset.UnixEpoch);

    private async Task RenewAsync(DashboardUser user, DateTimeOffset provenAt)
    {
        ClaimsPrincipal present = signIn.Context.User;
        if (present.SessionId() is { } session)
            await signIn.SignInWithClaimsAsync(user, isPersistent: false, present.SignInMethod() is { } method && present.EndsAt() is { } endsAt
                ? SessionClaims.Make(session, method, new ExternalSession(provenAt, endsAt))
                : SessionClaims.Make(session, provenAt));
    }

    /// <summary>Ends the session that a principal belongs to, if it belongs to one.</summary>
    public async Task EndAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        if (principal.SessionId() is { } session && Guid.TryParse(signIn.UserManager.GetUserId(principal), out Guid userId))
            await sessions.EndAsync(userId, session, cancellationToken);
    }
}
