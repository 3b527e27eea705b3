using Mgmt.Core.Commands;
using Mgmt.Core.Connection;

namespace Dashboard.Fleet.Operations;

/// <summary>What is done to a daemon as a whole.</summary>
internal static class DaemonOperations
{
    private const int MaxReply = 100_000;

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

    /// <summary>Sets how much the daemon logs, and reads it back.</summary>
    public static async Task<OperationResult> VerbAsync(this IServerTurn turn, int level, CancellationToken cancellationToken)
    {
        int before = await turn.Connection.GetVerbAsync(cancellationToken);
        string reply = await turn.Connection.SetVerbAsync(level, cancellationToken);
        int after = await turn.Connection.GetVerbAsync(cancellationToken);
        return new OperationResult(OperationOutcome.Done, reply) { Before = $"{before}", Effect = $"The log level is {after} now; it was {before}." };
    }

    /// <summary>Sets after how many lines of a kind the log falls silent, and reads it back.</summary>
    public static async Task<OperationResult> MuteAsync(this IServerTurn turn, int lines, CancellationToken cancellationToken)
    {
        int before = await turn.Connection.GetMuteAsync(cancellationToken);
        string reply = await turn.Connection.SetMuteAsync(lines, cancellationToken);
        int after = await turn.Connection.GetMuteAsync(cancellationToken);
        return new OperationResult(OperationOutcome.Done, reply) { Before = $"{before}", Effect = $"Mute is {after} now; it was {before}." };
    }

    public static async Task<LogLevels> ReadLogLevelsAsync(this IServerTurn turn, CancellationToken cancellationToken) =>
        new(await turn.Connection.GetVerbAsync(cancellationToken), await turn.Connection.GetMuteAsync(cancellationToken));

    public static async Task<OperationResult> ForgetPasswordsAsync(this IServerTurn turn, CancellationToken cancellationToken)
    {
        turn.Questions.ForgetAll();
        return new(OperationOutcome.Done, await turn.Connection.ForgetPasswordsAsync(cancellationToken));
    }

    /// <summary>Sends changed options to every client.</summary>
    public static async Task<OperationResult> PushUpdateAsync(this IServerTurn turn, string options, CancellationToken cancellationToken) =>
        Said(await turn.Connection.PushUpdateAsync(options, cancellationToken));

    /// <summary>Sends a line as it was typed, and gives back all that the daemon says to it.</summary>
    public static async Task<OperationResult> RawAsync(this IServerTurn turn, string line, CancellationToken cancellationToken)
    {
        ManagementReply reply = await turn.Connection.SendRawAsync(line, cancellationToken);
        if (CommandWords.Split(line) is ["hold", ..])
            turn.NoteHoldFlag(await turn.Connection.GetHoldAsync(cancellationToken));
        string words = reply.Text.Length == 0 ? "" : $"{(reply.IsError ? "ERROR" : "SUCCESS")}: {reply.Text}";
        string text = string.Join('\n', [.. reply.Lines, .. words.Length == 0 ? (string[])[] : [words]]);
        return new OperationResult(reply.IsError ? OperationOutcome.Failed : OperationOutcome.Done, Secrets.Mask(text.Length <= MaxReply ? text : text[..MaxReply] + "\n… (cut)"));
    }

    /// <summary>A push update's success stands in two lines.</summary>
    internal static OperationResult Said(PushUpdateReply reply) =>
        new(OperationOutcome.Done, string.Join("; ", [.. reply.Remarks, reply.Text]));

    private static ManagementSignal Daemons(ServerSignal signal) => signal switch
    {
        ServerSignal.SIGUSR1 => ManagementSignal.User1,
        ServerSignal.SIGUSR2 => ManagementSignal.User2,
        ServerSignal.SIGHUP => ManagementSignal.Hangup,
        ServerSignal.SIGTERM => ManagementSignal.Terminate,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    };
}
