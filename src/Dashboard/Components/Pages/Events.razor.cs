using System.Globalization;

using Dashboard.Access;
using Dashboard.Components.Reports;
using Dashboard.Components.Viewing;
using Dashboard.Fleet;
using Dashboard.History.Reports;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Components.Pages;

/// <summary>What the daemons said: a search whose fields and page live in the address.</summary>
public sealed partial class Events : IDisposable
{
    private readonly Inquiry<Page<EventRecord>> _inquiry = new();
    private ServerAccess _access = ServerAccess.Nothing;
    private ReportPeriod _period = new(null, null, null);
    private EventQuery? _question;
    private string? _problem;
    private (string Address, TimeZoneInfo Zone)? _read;
    private bool _isHere;
    private string _text = "";
    private string _kind = "";
    private string _level = "";

    [SupplyParameterFromQuery] public string? Range { get; set; }

    [SupplyParameterFromQuery] public string? From { get; set; }

    [SupplyParameterFromQuery] public string? To { get; set; }

    [SupplyParameterFromQuery] public string? Server { get; set; }

    [SupplyParameterFromQuery] public string? Client { get; set; }

    /// <summary>Words of the text.</summary>
    [SupplyParameterFromQuery] public string? Q { get; set; }

    [SupplyParameterFromQuery] public string? Kind { get; set; }

    [SupplyParameterFromQuery] public string? Level { get; set; }

    [SupplyParameterFromQuery] public string? Cursor { get; set; }

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    [Inject] internal IEventReports Reader { get; init; } = null!;

    [Inject] public required LiveStore Store { get; init; }

    [Inject] public required ViewerClock Clock { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    private (string, string?)[] Export =>
    [
        ("server", Server), ("user", Client), ("q", Q), ("kind", Kind), ("level", Level),
        ("from", _period.Range is { } from ? ReportPeriod.Write(from.From) : null), ("to", _period.Range is { } to ? ReportPeriod.Write(to.To) : null),
    ];

    public void Dispose() => _inquiry.Dispose();

    protected override async Task OnParametersSetAsync()
    {
        _access = ServerAccess.Of((await Authentication).User);
        if (_read == (Navigation.Uri, Clock.Zone))
            return;
        _read = (Navigation.Uri, Clock.Zone);
        (_text, _kind, _level) = (Q ?? "", Kind ?? "", Level ?? "");
        _period = ReportPeriod.Parse(Range, From, To, "24h", Clock.Now, Clock.Zone);
        bool isKind = EventWords.TryReadKind(Kind, out ServerEventKind? kind), isLevel = EventWords.TryReadLevel(Level, out LogSeverity? level);
        _problem = _period.Problem is { } problem ? $"{problem} Choose a period above."
            : !isKind ? "There is no such kind of event: choose one above."
            : !isLevel ? "There is no such level: choose one above." : null;
        _question = _problem is not null ? null
            : new EventQuery(_period.Range!.Value, Null(Server), kind is { } one ? [one] : [], level, Null(Client), Null(Q), Null(Cursor), Limit: 100);
        if (_isHere)
            await AskAsync(_read);
    }

    // The page that is sent before there is a circuit would ask everything twice.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        _isHere = true;
        await AskAsync(_read);
        StateHasChanged();
    }

    private async Task AskAsync(object? question)
    {
        if (_question is { } asked)
            await _inquiry.AskAsync(question, cancellationToken => Reader.FindAsync(_access, asked, cancellationToken));
    }

    private void AddFields(Dictionary<string, object?> parameters)
    {
        parameters["q"] = Null(_text.Trim());
        parameters["kind"] = Null(_kind);
        parameters["level"] = Null(_level);
    }

    private string Day(DateTimeOffset at) => Clock.Local(at).ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    private static string? Null(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
