using System.Security.Claims;

using Dashboard.Access;
using Dashboard.Approvals;
using Dashboard.Live;

namespace Dashboard.Api;

/// <summary>Who waits, who is kept out, and deciding about both.</summary>
internal static class ApprovalEndpoints
{
    public static void Map(RouteGroupBuilder view, RouteGroupBuilder operate)
    {
        view.MapGet("/approvals", (LiveStore live, ClaimsPrincipal caller) => ServerAccess.Of(caller).Of(live).Values.SelectMany(server => server.Waiting).OrderBy(client => client.Since).Select(ApprovalResource.From));
        view.MapGet("/blocks", (IApprovals approvals, ClaimsPrincipal caller) => approvals.BlocksFor(caller).Select(BlockResource.From));

        operate.MapPost("/approvals/{id:guid}", async (Guid id, DecisionRequest request, IApprovals approvals, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            ApiEndpoints.Answer(await approvals.DecideAsync(caller, id, request.Decision is ApprovalDecision.Approve, request.Reason, cancellationToken)));
        operate.MapPost("/blocks", async (BlockRequest request, IApprovals approvals, ClaimsPrincipal caller) =>
            BlockTerms.TryParse(request.For, out BlockTerm term)
                ? ApiEndpoints.Answer(await approvals.BlockAsync(caller, request.Server, new BlockedName(request.NameKind ?? NameKind.Either, request.CommonName), term, request.Reason))
                : ApiEndpoints.NoSuchTerm("for", request.For));
        operate.MapDelete("/blocks/{id:guid}", async (Guid id, IApprovals approvals, ClaimsPrincipal caller) =>
            ApiEndpoints.Answer(await approvals.LiftAsync(caller, id)));
    }
}
