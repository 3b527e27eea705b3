using Dashboard.Fleet;
using Dashboard.History.Reports;
using Dashboard.Live;

namespace Dashboard.Components.Reports;

/// <summary>How the screens speak of events, and how the address names them.</summary>
internal static class EventWords
{
    public static IReadOnlyList<(string Key, string Words)> Kinds { get; } =
        [("log", "log"), ("state", "state"), ("echo", "echo"), ("hold", "hold"), ("authFailure", "failed attempts")];

    public static IReadOnlyList<(string Key, string Words)> Levels { get; } =
        [("info", "info and worse"), ("warning", "warnings and worse"), ("error", "errors and worse"), ("fatal", "fatal only")];

    /// <summary>False where there is no such kind; none at all is null.</summary>
    public static bool TryReadKind(string? key, out ServerEventKind? kind)
    {
        kind = key switch { "log" => ServerEventKind.Log, "state" => ServerEventKind.State, "echo" => ServerEventKind.Echo, "hold" => ServerEventKind.Hold, "authFailure" => ServerEventKind.AuthFailure, _ => null };
        return kind is not null || string.IsNullOrEmpty(key);
    }

    /// <summary>False where there is no such level; none at all is null.</summary>
    public static bool TryReadLevel(string? key, out LogSeverity? level)
    {
        level = key switch { "debug" => LogSeverity.Debug, "info" => LogSeverity.Info, "warning" => LogSeverity.Warning, "error" => LogSeverity.Error, "fatal" => LogSeverity.Fatal, _ => null };
        return level is not null || string.IsNullOrEmpty(key);
    }

    public static string Label(EventRecord happened) => happened switch
    {
        { Kind: ServerEventKind.State } => "STATE",
        { Kind: ServerEventKind.Echo } => "ECHO",
        { Kind: ServerEventKind.Hold } => "HOLD",
        { Kind: ServerEventKind.AuthFailure } => "REFUSED",
        { Severity: LogSeverity.Warning } => "WARN",
        _ => happened.Severity.ToString().ToUpperInvariant(),
    };

    public static string Class(EventRecord happened) => happened switch
    {
        { Kind: ServerEventKind.Hold } => "hold",
        { Kind: ServerEventKind.Echo } => "echo",
        { Kind: ServerEventKind.AuthFailure } or { Severity: LogSeverity.Warning } => "warning",
        { Severity: LogSeverity.Error or LogSeverity.Fatal } => "bad",
        _ => "",
    };
}
