using Dashboard.Live;

namespace Dashboard.Fleet.Operations;

/// <summary>What is seen to come of a signal: what OpenVPN does, whatever it was asked for.</summary>
internal static class SignalEffect
{
    /// <returns>Null while there is nothing to see.</returns>
    public static string? Of(ServerSnapshot now, ServerSnapshot? before, ServerSignal signal) =>
        IsElsewhere(now, before) ? (IsGone(now) ? "OpenVPN is ending." : now.DaemonState is "CONNECTED" ? "OpenVPN has restarted." : "OpenVPN is restarting.")
        : signal is ServerSignal.SIGUSR2 && now.Log.Any(line => line.Number > LastLine(before) && IsStatus(line.Text)) ? "OpenVPN has written its status to its log."
        : null;

    /// <summary>The daemon has said another state, or is gone.</summary>
    public static bool IsElsewhere(ServerSnapshot now, ServerSnapshot? before) =>
        (now.DaemonState, now.DaemonStateSince) != (before?.DaemonState, before?.DaemonStateSince) || IsGone(now);

    private static long LastLine(ServerSnapshot? server) => server?.Log is [.., var last] ? last.Number : 0;

    private static bool IsGone(ServerSnapshot now) => now.DaemonState is "EXITING" || now.Status is ServerStatus.Unreachable or ServerStatus.Connecting;

    // The first line of a status, in the form that its status-version has
    private static bool IsStatus(string line) =>
        line is "OpenVPN CLIENT LIST" or "OpenVPN STATISTICS" || line.StartsWith("TITLE,OpenVPN", StringComparison.Ordinal) || line.StartsWith("TITLE\tOpenVPN", StringComparison.Ordinal);
}
