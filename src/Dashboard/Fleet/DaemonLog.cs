using Dashboard.Live;

using Mgmt.Core.Events;

namespace Dashboard.Fleet;

/// <summary>What the daemon's log lines mean for the screen.</summary>
internal static class DaemonLog
{
    // At verb 3 and more the daemon logs each command that it gets. What a person did stays; what watching needs would
    // drown everything else.
    private static readonly string[] s_watching = ["status 3", "state on", "state", "log on all", "echo on all", "version", "pid", "hold", "verb", "load-stats"];

    public static bool IsTraceOfWatching(string text) =>
        text.StartsWith("MANAGEMENT: CMD '", StringComparison.Ordinal) && text.EndsWith('\'')
        && (text["MANAGEMENT: CMD '".Length..^1] is var command)
        && (s_watching.Contains(command) || command.StartsWith("bytecount ", StringComparison.Ordinal));

    public static LogSeverity SeverityOf(LogFlags flags) => flags switch
    {
        _ when flags.HasFlag(LogFlags.Fatal) => LogSeverity.Fatal,
        _ when flags.HasFlag(LogFlags.Error) => LogSeverity.Error,
        _ when flags.HasFlag(LogFlags.Warning) => LogSeverity.Warning,
        _ when flags.HasFlag(LogFlags.Debug) => LogSeverity.Debug,
        _ => LogSeverity.Info,
    };
}
