using System.Buffers;
using System.Globalization;

using Mgmt.Core;

namespace Dashboard.Fleet;

/// <summary>
/// Reads from the daemon's log why clients leave. The names in it are chosen by strangers, who like to look like a log: a
/// line about a client begins with <c>NAME/ADDRESS</c> and ends with the daemon's own words, so it is read from its end,
/// and what is left must be somebody's name and address to the letter.
/// </summary>
internal static class DepartureLog
{
    private const string Instance = " received, client-instance ";
    private const string TookLeave = " CC-EEN exit message received by peer";
    private const string NewConnection = "MULTI: new connection by client '";
    private const string DropsFormer = "' will cause previous active sessions by this client to be dropped.";
    private static readonly SearchValues<char> s_letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz-: ");
    private const string Command = "MANAGEMENT: CMD '";

    public static DepartureNote? Parse(string line)
    {
        if (line.EndsWith(TookLeave, StringComparison.Ordinal))
            return new DepartureNote.TookLeave(line[..^TookLeave.Length]);
        if (line.EndsWith(Instance + "exiting", StringComparison.Ordinal) || line.EndsWith(Instance + "restarting", StringComparison.Ordinal))
            return ParseSignal(line[..line.LastIndexOf(Instance, StringComparison.Ordinal)]);
        if (line.StartsWith(NewConnection, StringComparison.Ordinal))
            return ParseReplaced(line[NewConnection.Length..]);
        if (line.Length > Command.Length && line.StartsWith(Command, StringComparison.Ordinal) && line.EndsWith('\''))
            return ParseCommand(line[Command.Length..^1]);
        return null;
    }

    /// <summary>Whether it says that somebody connects, whom the list of clients does not have yet.</summary>
    public static bool IsArrival(string line) => line.Contains("] Peer Connection Initiated with [", StringComparison.Ordinal);

    // alice/198.51.100.11:38748 SIGUSR1[soft,ping-restart] received, client-instance restarting
    // hub-5/198.51.100.85:8005 SIGTERM[soft,ovpn-dco: ping expired] received, client-instance exiting
    private static DepartureNote.Ended? ParseSignal(string text)
    {
        int blank = text.LastIndexOf(" SIG", StringComparison.Ordinal);
        ReadOnlySpan<char> signal = text.AsSpan(blank + 1);
        int comma = signal.IndexOf(',');
        if (blank <= 0 || comma < 0 || signal[^1] is not ']')
            return null;
        ReadOnlySpan<char> detail = signal[(comma + 1)..^1];
        return detail.ContainsAnyExcept(s_letters) ? null : new DepartureNote.Ended(text[..blank], detail.ToString());
    }

    // MULTI: new connection by client 'alice' will cause previous active sessions by this client to be dropped.  Remember to use …
    private static DepartureNote.Replaced? ParseReplaced(string text)
    {
        // the last one: the name may hold the very same words, what follows it may not
        int end = text.LastIndexOf(DropsFormer, StringComparison.Ordinal);
        return end > 0 ? new DepartureNote.Replaced(text[..end]) : null;
    }

    // client-kill 2 "HALT", kill alice. A quote within means that this is a client's name and some other line's end.
    private static DepartureNote? ParseCommand(string command)
    {
        if (command.Contains('\'', StringComparison.Ordinal))
            return null;
        string[] words = command.Split(' ', 3);
        return words switch
        {
            ["client-kill", var cid, ..] when uint.TryParse(cid, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) => new DepartureNote.Killed(new ClientId(number)),
            ["kill", var name] => new DepartureNote.KilledByName(name.Trim('"')),
            _ => null,
        };
    }
}
