using Microsoft.AspNetCore.Authorization;

namespace Dashboard.Access;

/// <summary>Part of every policy: where a <see cref="ServerTarget"/> is the resource, it must be one that the caller may see; what concerns all servers is for those who see all.</summary>
internal sealed class ServerLimit : AuthorizationHandler<ServerLimit>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ServerLimit requirement)
    {
        if (context.Resource is not ServerTarget target || ServerAccess.Of(context.User).Covers(target))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
