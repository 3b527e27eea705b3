using Dashboard.Live;

using Mgmt.Core.Commands;
using Mgmt.Core.Connection;

namespace Dashboard.Fleet.Operations;

/// <summary>What is done to one client's session. Bound to its identity: whoever has the CID by then is left alone.</summary>
internal static class SessionOperations
{
    /// <summary>Ends a client's session, if it is still the one that the operator saw.</summary>
    /// <param name="by">Whose wish it is; null where that is not known.</param>
    /// <param name="first">What is done before the command is sent, once the session is known to be that one; says why nothing may be sent, null where it may.</param>
    public static async Task<OperationResult> DisconnectAsync(this IServerTurn turn, SessionIdentity session, DisconnectMode mode, string? by, Func<TrackedSession, string?>? first, CancellationToken cancellationToken)
    {
        if (await turn.WhyNotAsync(session, cancellationToken) is { } refusal)
            return refusal;
        TrackedSession found = turn.Sessions.Find(session.Cid)!;
        if (mode is DisconnectMode.Kill && !KillTarget.Of(found, turn.Sessions).CanBeMeant)
            return new OperationResult(OperationOutcome.Refused, "OpenVPN kills by IPv4 address or by name, and this session has neither for itself. Nothing was sent; halt and restart work.");
        if (first?.Invoke(found) is { } why)
            return new OperationResult(OperationOutcome.Refused, why);
        string reply = mode is DisconnectMode.Kill
            ? await turn.KillAsync(session, cancellationToken)
            : await turn.Connection.KillClientAsync(session.Cid, mode is DisconnectMode.Halt ? "HALT" : null, cancellationToken);
        turn.Sessions.Killed(session.Cid, by is null ? null : $"ended by {by}");
        turn.ExpectDeparture();
        return new OperationResult(OperationOutcome.Done, reply);
    }

    // By address first. OpenVPN does not find it by that on a socket for both families: then by the name, if no other session has it.
    private static async Task<string> KillAsync(this IServerTurn turn, SessionIdentity session, CancellationToken cancellationToken)
    {
        KillTarget target = KillTarget.Of(turn.Sessions.Find(session.Cid)!, turn.Sessions);
        try
        {
            if (target.Address is { } address)
                return (await turn.Connection.KillByAddressAsync(address, cancellationToken)).Text;
        }
        catch (ManagementCommandException) when (target.Name is not null)
        {
            // by name, then
        }
        return (await turn.Connection.KillByNameAsync(target.Name!, cancellationToken)).Text;
    }

    /// <inheritdoc cref="DisconnectAsync(IServerTurn, SessionIdentity, DisconnectMode, string?, Func{TrackedSession, string?}?, CancellationToken)"/>
    public static Task<OperationResult> DisconnectAsync(this IServerTurn turn, SessionIdentity session, DisconnectMode mode, CancellationToken cancellationToken) =>
        turn.DisconnectAsync(session, mode, by: null, first: null, cancellationToken);

    /// <summary>Sends changed options to one client, if it is still the one that the operator saw.</summary>
    public static async Task<OperationResult> PushUpdateAsync(this IServerTurn turn, SessionIdentity session, string options, CancellationToken cancellationToken) =>
        await turn.WhyNotAsync(session, cancellationToken) ?? DaemonOperations.Said(await turn.Connection.PushUpdateAsync(session.Cid, options, cancellationToken));

    /// <summary>Compares the session with a fresh list of clients; null when it is still there.</summary>
    private static async Task<OperationResult?> WhyNotAsync(this IServerTurn turn, SessionIdentity session, CancellationToken cancellationToken)
    {
        if (!await turn.ReadStatusAsync(cancellationToken))
            return new OperationResult(OperationOutcome.Failed, "OpenVPN cannot list its clients at this moment. Nothing was sent.");
        return turn.Sessions.Find(session.Cid) is { } found && found.Identity.Id == session.Id
            ? null
            : new OperationResult(OperationOutcome.Stale, "That session is over: the client left, or came back as another session. Nothing was sent.");
    }
}
