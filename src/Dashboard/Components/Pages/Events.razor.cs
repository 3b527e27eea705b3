using System.Globalization;

using Dashboard.Components.Reports;
using Dashboard.Fleet;
using Dashboard.History.Reports;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Pages;

/// <summary>What the daemons said.</summary>
public sealed partial class Events
{
    private string _text = "";
    private (string? Q, string? Kind, string? Level) _address;
    private string _kind = "";
    private string _level = "";

    [SupplyParameterFromQuery] public string? Kind { get; set; }

    [SupplyParameterFromQuery] public string? Level { get; set; }

    [Inject] internal IEventReports Reader { get; init; } = null!;

    private (string, string?)[] Export => [.. Fields, ("kind", Kind), ("level", Level)];

    private protected override (EventQuery? Question, string? Problem) Read(HistoryRange range)
    {
        if (_address != (Q, Kind, Level)) // else what is typed and not asked for yet stays
            (_address, _text, _kind, _level) = ((Q, Kind, Level), Q ?? "", Kind ?? "", Level ?? "");
        if (!EventWords.TryReadKind(Kind, out ServerEventKind? kind))
            return (null, "There is no such kind of event: choose one above.");
        if (!EventWords.TryReadLevel(Level, out LogSeverity? level))
            return (null, "There is no such level: choose one above.");
        return (new EventQuery(range, NullIfEmpty(Server), kind is { } one ? [one] : [], level, NullIfEmpty(Client), NullIfEmpty(Q), NullIfEmpty(Cursor), Limit: 100), null);
    }

    private protected override Task<Page<EventRecord>> FindAsync(EventQuery question, CancellationToken cancellationToken) =>
        Reader.FindAsync(Access, question, cancellationToken);

    private void AddFields(Dictionary<string, object?> parameters)
    {
        parameters["q"] = NullIfEmpty(_text.Trim());
        parameters["kind"] = NullIfEmpty(_kind);
        parameters["level"] = NullIfEmpty(_level);
    }

    private string Day(DateTimeOffset at) => Clock.Local(at).ToString("d MMM yyyy", CultureInfo.InvariantCulture);
}
