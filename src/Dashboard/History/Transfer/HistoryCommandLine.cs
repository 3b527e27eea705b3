using System.Globalization;

namespace Dashboard.History.Transfer;

/// <summary>What is asked of <see cref="HistoryCommand"/>.</summary>
/// <param name="Files">To import; empty for an export.</param>
/// <param name="Table">To export.</param>
/// <param name="Rest">Settings, which are the configuration's business: <c>--Dashboard:…=…</c>.</param>
internal sealed record HistoryCommandLine(string[] Files, string? Table, string? Server, string? User, DateTimeOffset? From, DateTimeOffset? To, TimeZoneInfo Zone, string[] Rest)
{
    private static readonly string[] s_tables = ["sessions", "minutes", "events"];

    /// <summary>The server was named as one that the configuration need not have any more.</summary>
    public bool IsRetired { get; init; }

    /// <summary>Null where it is not understood.</summary>
    public static HistoryCommandLine? Parse(string[] args)
    {
        if (args is not [("import" or "export") and var verb, .. var rest])
            return null;
        HistoryCommandLine line = new([], null, null, null, null, null, TimeZoneInfo.Local, [.. rest.Where(IsSetting)]);
        List<string> names = [];
        Queue<string> words = new(rest.Where(word => !IsSetting(word)));
        while (words.TryDequeue(out string? word))
        {
            if (!word.StartsWith("--", StringComparison.Ordinal))
                names.Add(word);
            else if (!words.TryDequeue(out string? value) || line.With(verb, word, value) is not { } more)
                return null;
            else
                line = more;
        }
        return verb is "import"
            ? names.Count > 0 ? line with { Files = [.. names] } : null
            : names is [var table] && s_tables.Contains(table, StringComparer.Ordinal) ? line with { Table = table } : null;
    }

    private HistoryCommandLine? With(string verb, string option, string value) => (verb, option) switch
    {
        (_, "--server") => this with { Server = value },
        ("import", "--retired-server") => this with { Server = value, IsRetired = true },
        ("import", "--zone") => TimeZoneInfo.TryFindSystemTimeZoneById(value, out TimeZoneInfo? zone) ? this with { Zone = zone } : null,
        ("export", "--user") => this with { User = value },
        ("export", "--from") => Time(value) is { } from ? this with { From = from } : null,
        ("export", "--to") => Time(value) is { } to ? this with { To = to } : null,
        _ => null,
    };

    private static bool IsSetting(string word) => word.StartsWith("--", StringComparison.Ordinal) && word.Contains(':', StringComparison.Ordinal) && word.Contains('=', StringComparison.Ordinal);

    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time) ? time : null;
}
