using System.Security.Claims;

using Dashboard.Access;
using Dashboard.Live;

using Microsoft.AspNetCore.Authorization;

namespace Dashboard.Fleet.Operations;

/// <inheritdoc cref="IServerOperations"/>
internal sealed class ServerOperations(FleetService fleet, IAuthorizationService authorization, ILogger<ServerOperations> logger) : IServerOperations
{
    private const int MaxLogged = 300;

    public Task<OperationResult> DisconnectAsync(ClaimsPrincipal caller, SessionIdentity session, DisconnectMode mode, string? reason, CancellationToken cancellationToken = default) =>
        RunAsync(caller, session.Server, $"disconnect ({mode}) {session.CommonName}, CID {session.Cid.Value}", reason,
            (watch, token) => watch.DisconnectAsync(session, mode, token), cancellationToken);

    public Task<OperationResult> HoldAsync(ClaimsPrincipal caller, string server, HoldAction action, CancellationToken cancellationToken = default) =>
        RunAsync(caller, server, $"hold {action}", null, (watch, token) => watch.HoldAsync(action, token), cancellationToken);

    public Task<OperationResult> SignalAsync(ClaimsPrincipal caller, string server, ServerSignal signal, CancellationToken cancellationToken = default) =>
        RunAsync(caller, server, $"signal {signal}", null, (watch, token) => watch.SignalAsync(signal, token), cancellationToken);

    private async Task<OperationResult> RunAsync(
        ClaimsPrincipal caller,
        string server,
        string what,
        string? reason,
        Func<ServerWatch, CancellationToken, Task<OperationResult>> operation,
        CancellationToken cancellationToken)
    {
        OperationResult result =
            !(await authorization.AuthorizeAsync(caller, Policies.Operate)).Succeeded ? new(OperationOutcome.Denied, "You may look at this server, not operate it.")
            : fleet.Find(server) is not { } session ? new(OperationOutcome.Stale, "There is no such server.")
            : await session.ExecuteAsync(operation, cancellationToken);
        Log.Operation(logger, new(caller.Identity?.Name), server, new(what, MaxLogged), new(reason, MaxLogged), result.Outcome, new(result.Reply, MaxLogged));
        return result;
    }
}
