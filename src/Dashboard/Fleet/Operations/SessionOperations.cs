using Dashboard.Live;

using Mgmt.Core.Commands;

namespace Dashboard.Fleet.Operations;

/// <summary>What is done to one client's session. Bound to its identity: whoever has the CID by then is left alone.</summary>
internal static class SessionOperations
{
    /// <summary>Ends a client's session, if it is still the one that the operator saw.</summary>
    public static async Task<OperationResult> DisconnectAsync(this IServerTurn turn, SessionIdentity session, DisconnectMode mode, CancellationToken cancellationToken)
    {
        if (await turn.WhyNotAsync(session, cancellationToken) is { } refusal)
            return refusal;
        string reply = await turn.Connection.KillClientAsync(session.Cid, mode is DisconnectMode.Halt ? "HALT" : null, cancellationToken);
        turn.ExpectDeparture();
        return new OperationResult(OperationOutcome.Done, reply);
    }

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
