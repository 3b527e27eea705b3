using Dashboard.Access;
using Dashboard.Components.Reports;
using Dashboard.Components.Viewing;
using Dashboard.History.Reports;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Components.Pages;

/// <summary>Who was connected: a search whose fields and page live in the address.</summary>
public sealed partial class Sessions : IDisposable
{
    private readonly Inquiry<Page<SessionRecord>> _inquiry = new();
    private ServerAccess _access = ServerAccess.Nothing;
    private ReportPeriod _period = new(null, null, null);
    private SessionQuery? _question;
    private string? _problem;
    private (string Address, TimeZoneInfo Zone)? _read;
    private bool _isHere;
    private string _text = "";
    private string _state = "";

    [SupplyParameterFromQuery] public string? Range { get; set; }

    [SupplyParameterFromQuery] public string? From { get; set; }

    [SupplyParameterFromQuery] public string? To { get; set; }

    [SupplyParameterFromQuery] public string? Server { get; set; }

    [SupplyParameterFromQuery] public string? Client { get; set; }

    /// <summary>A part of a name or an address.</summary>
    [SupplyParameterFromQuery] public string? Q { get; set; }

    /// <summary><c>open</c> or <c>over</c>.</summary>
    [SupplyParameterFromQuery] public string? State { get; set; }

    [SupplyParameterFromQuery] public string? Cursor { get; set; }

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    [Inject] internal ISessionReports Reader { get; init; } = null!;

    [Inject] public required LiveStore Store { get; init; }

    [Inject] public required ViewerClock Clock { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    private (string, string?)[] Export =>
    [
        ("server", Server), ("user", Client), ("q", Q), ("open", State switch { "open" => "true", "over" => "false", _ => null }),
        ("from", _period.Range is { } from ? ReportPeriod.Write(from.From) : null), ("to", _period.Range is { } to ? ReportPeriod.Write(to.To) : null),
    ];

    public void Dispose() => _inquiry.Dispose();

    protected override async Task OnParametersSetAsync()
    {
        _access = ServerAccess.Of((await Authentication).User);
        if (_read == (Navigation.Uri, Clock.Zone))
            return;
        _read = (Navigation.Uri, Clock.Zone);
        (_text, _state) = (Q ?? "", State ?? "");
        _period = ReportPeriod.Parse(Range, From, To, "24h", Clock.Now, Clock.Zone);
        _problem = _period.Problem is { } problem ? $"{problem} Choose a period above."
            : State is null or "" or "open" or "over" ? null : "Sessions are living or ended: choose one of them above.";
        _question = _problem is not null ? null : new SessionQuery(
            _period.Range!.Value, Null(Server), Null(Client), Null(Q), State switch { "open" => true, "over" => false, _ => null }, Null(Cursor));
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
        parameters["state"] = Null(_state);
    }

    private static string? Null(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
