using Dashboard.Access.Tokens;
using Microsoft.AspNetCore.Authorization;

namespace Dashboard.Access.Sessions;

/// <summary>
/// Asks that the person proved to be themselves a short while ago: a browser that was left open is not enough for what
/// cannot be undone. Programs are not asked: whoever has a token has all the proof there is.
/// </summary>
internal sealed class RecentProof(TimeProvider time) : AuthorizationHandler<RecentProof.Requirement>
{
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(15);

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, Requirement requirement)
    {
        bool byToken = context.User.Identities.Any(static identity => identity is { IsAuthenticated: true, AuthenticationType: ApiTokenHandler.SchemeName });
        if (byToken || (context.User.ProvenAt() is { } provenAt && time.GetUtcNow() - provenAt < Lasts))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }

    internal sealed class Requirement : IAuthorizationRequirement;
}
