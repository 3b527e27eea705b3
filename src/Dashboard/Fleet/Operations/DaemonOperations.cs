using Mgmt.Core.Commands;

namespace Dashboard.Fleet.Operations;

/// <summary>What is done to a daemon as a whole.</summary>
internal static class DaemonOperations
{
    public static async Task<OperationResult> HoldAsync(this IServerTurn turn, HoldAction action, CancellationToken cancellationToken)
    {
        string reply = await (action switch
        {
            HoldAction.On => turn.Connection.SetHoldAsync(true, cancellationToken),
            HoldAction.Off => turn.Connection.SetHoldAsync(false, cancellationToken),
            _ => turn.Connection.ReleaseHoldAsync(cancellationToken),
        });
        if (action is HoldAction.Release)
            turn.NoteReleased();
        else
            turn.NoteHoldFlag(action is HoldAction.On);
        return new OperationResult(OperationOutcome.Done, reply);
    }

    public static async Task<OperationResult> SignalAsync(this IServerTurn turn, ServerSignal signal, CancellationToken cancellationToken) =>
        new(OperationOutcome.Done, await turn.Connection.SignalAsync(Daemons(signal), cancellationToken));

    private static ManagementSignal Daemons(ServerSignal signal) => signal switch
    {
        ServerSignal.SIGUSR1 => ManagementSignal.User1,
        ServerSignal.SIGUSR2 => ManagementSignal.User2,
        ServerSignal.SIGHUP => ManagementSignal.Hangup,
        ServerSignal.SIGTERM => ManagementSignal.Terminate,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    };
}
