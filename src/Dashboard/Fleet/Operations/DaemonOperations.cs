using Mgmt.Core.Commands;
using Mgmt.Core.Connection;

namespace Dashboard.Fleet.Operations;

/// <summary>What is done to a daemon as a whole.</summary>
internal static class DaemonOperations
{
    private const int MaxReply = 100_000;

    /// <summary>Lets a daemon go that waits; or sets the flag by which it waits at its next start, and reads it back.</summary>
    public static async Task<OperationResult> HoldAsync(this IServerTurn turn, HoldAction action, CancellationToken cancellationToken)
    {
        if (action is HoldAction.Release)
        {
            string released = await turn.Connection.ReleaseHoldAsync(cancellationToken);
            turn.NoteReleased();
            return new OperationResult(OperationOutcome.Done, released);
        }
        bool before = await turn.Connection.GetHoldAsync(cancellationToken);
        string reply = await turn.Connection.SetHoldAsync(action is HoldAction.On, cancellationToken);
        bool after = await turn.Connection.GetHoldAsync(cancellationToken);
        turn.NoteHoldFlag(after);
        return new OperationResult(OperationOutcome.Done, reply) { Before = Flag(before), Effect = $"Hold is {Flag(after)} now; it was {Flag(before)}." };

        static string Flag(bool on) => on ? "on" : "off";
    }

    public static async Task<OperationResult> SignalAsync(this IServerTurn turn, ServerSignal signal, CancellationToken cancellationToken) =>
        signal is ServerSignal.SIGUSR2 && turn.WhyNoStatusSignal() is { } refusal ? refusal
        : new(OperationOutcome.Done, await turn.Connection.SignalAsync(Daemons(signal), cancellationToken));

    /// <summary>Why a line that somebody typed must not be sent at this moment; null where it may.</summary>
    public static OperationResult? WhyNotNow(this IServerTurn turn, string line) =>
        CommandWords.Split(line) is ["signal", "SIGUSR2", ..] ? turn.WhyNoStatusSignal() : null;

    /// <summary>
    /// OpenVPN takes SIGUSR2 for a status only while it runs: in every other place, from RECONNECTING to CONNECTED, it takes
    /// any signal but SIGUSR1 and SIGHUP for the wish to end.
    /// </summary>
    private static OperationResult? WhyNoStatusSignal(this IServerTurn turn) =>
        turn.IsHeld ? new(OperationOutcome.Refused, "OpenVPN waits for a hold release, and SIGUSR2 would end it then. Nothing was sent; SIGTERM is the signal to end it.")
        : turn.IsThrough ? null
        : new(OperationOutcome.Refused, "OpenVPN is starting or restarting, and SIGUSR2 would end it now. Nothing was sent; try again when it is through.");

    /// <summary>Sets how much the daemon logs, and reads it back.</summary>
    public static async Task<OperationResult> VerbAsync(this IServerTurn turn, int level, CancellationToken cancellationToken)
    {
        int before = await turn.Connection.GetVerbAsync(cancellationToken);
        string reply = await turn.Connection.SetVerbAsync(level, cancellationToken);
        int after = await turn.Connection.GetVerbAsync(cancellationToken);
        turn.NoteVerb(after);
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
        if (turn.WhyNotNow(line) is { } refusal)
            return refusal;
        ManagementReply reply = await turn.Connection.SendRawAsync(line, cancellationToken);
        switch (CommandWords.Split(line))
        {
            case ["hold", ..]:
                turn.NoteHoldFlag(await turn.Connection.GetHoldAsync(cancellationToken));
                break;
            case ["verb", _, ..]:
                turn.NoteVerb(await turn.Connection.GetVerbAsync(cancellationToken));
                break;
        }
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
