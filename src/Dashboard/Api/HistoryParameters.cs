using System.Globalization;

using Dashboard.Access;
using Dashboard.History.Reports;

namespace Dashboard.Api;

/// <summary>What a question about history says, and who asks. Every mistake is a <see cref="HistoryQueryException"/> with the parameter's name in it.</summary>
internal sealed class HistoryParameters
{
    private static readonly TimeSpan s_usualLength = TimeSpan.FromDays(1);

    private readonly IQueryCollection _query;
    private readonly DateTimeOffset _now;

    private HistoryParameters(HttpContext context)
    {
        _query = context.Request.Query;
        _now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        Access = ServerAccess.Of(context.User);
    }

    public ServerAccess Access { get; }

    /// <summary>Null for all that the caller may see.</summary>
    public string? Server => Text("server");

    /// <summary>A common name; null for all.</summary>
    public string? User => Text("user");

    public static ValueTask<HistoryParameters> BindAsync(HttpContext context) => ValueTask.FromResult(new HistoryParameters(context));

    /// <summary>Refuses what would be ignored: a name that is misspelt would make another question of it.</summary>
    public void Allow(params ReadOnlySpan<string> names)
    {
        foreach (string name in _query.Keys)
        {
            if (!names.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new HistoryQueryException($"There is no parameter '{name}' here; there are {string.Join(", ", names!)}.");
        }
    }

    /// <summary>Null where it is left out or empty.</summary>
    public string? Text(string name) => _query[name] switch
    {
        [] => null,
        [var value] => string.IsNullOrEmpty(value) ? null : value,
        _ => throw new HistoryQueryException($"{name} is given more than once."),
    };

    /// <summary>From <c>from</c> to <c>to</c>: the day before now, where nothing is said.</summary>
    public HistoryRange Range()
    {
        DateTimeOffset to = Instant("to") ?? _now;
        return HistoryRange.Create(Instant("from") ?? (to - DateTimeOffset.MinValue > s_usualLength ? to - s_usualLength : to), to);
    }

    public DateTimeOffset? Instant(string name) => Text(name) switch
    {
        null => null,
        var text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset instant)
            && text.Length >= "2026-03-01".Length && char.IsAsciiDigit(text[0]) && text[4] == '-' => instant,
        var text => throw new HistoryQueryException($"{name}: '{text}' is not a time such as 2026-03-01T12:00:00Z."),
    };

    /// <summary>A month, as its first day; this one where nothing is said.</summary>
    public DateOnly Month(string name) => Text(name) switch
    {
        null => new DateOnly(_now.UtcDateTime.Year, _now.UtcDateTime.Month, 1),
        var text when DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly month) => month,
        var text => throw new HistoryQueryException($"{name}: '{text}' is not a month such as 2026-03."),
    };

    /// <summary>Where days and months begin; UTC where nothing is said.</summary>
    public TimeZoneInfo Zone() => Text("zone") switch
    {
        null => TimeZoneInfo.Utc,
        var id when TimeZoneInfo.TryFindSystemTimeZoneById(id, out TimeZoneInfo? zone) => zone,
        var id => throw new HistoryQueryException($"zone: '{id}' is not a time zone such as Europe/Paris."),
    };

    /// <summary>Null where it is left out.</summary>
    public T? Choice<T>(string name)
        where T : struct, Enum => Text(name) is { } text ? Parse<T>(name, text) : null;

    /// <summary>Several, separated by commas; empty where it is left out.</summary>
    public T[] Choices<T>(string name)
        where T : struct, Enum => Text(name) is { } text ? [.. text.Split(',').Select(choice => Parse<T>(name, choice))] : [];

    public int Number(string name, int otherwise) => Text(name) switch
    {
        null => otherwise,
        var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) => number,
        var text => throw new HistoryQueryException($"{name}: '{text}' is not a number."),
    };

    public bool? Truth(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var text => throw new HistoryQueryException($"{name}: '{text}' is neither true nor false."),
    };

    /// <summary>As <c>00:05:00</c>.</summary>
    public TimeSpan Length(string name, TimeSpan otherwise) => Text(name) switch
    {
        null => otherwise,
        var text when TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out TimeSpan length) => length,
        var text => throw new HistoryQueryException($"{name}: '{text}' is not a duration such as 00:05:00."),
    };

    private static T Parse<T>(string name, string text)
        where T : struct, Enum =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && Enum.TryParse(text, ignoreCase: true, out T choice) && Enum.IsDefined(choice)
            ? choice
            : throw new HistoryQueryException($"{name}: '{text}' is none of {string.Join(", ", Enum.GetNames<T>().Select(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName))}.");
}
