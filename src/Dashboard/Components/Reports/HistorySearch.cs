using Dashboard.Access;
using Dashboard.Components.Viewing;
using Dashboard.History.Reports;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Components.Reports;

/// <summary>A page of records that are searched for; its fields and the place in the list live in the address.</summary>
public abstract class HistorySearch<TQuestion, TRecord> : ComponentBase, IDisposable
    where TQuestion : class
{
    private readonly Inquiry<Page<TRecord>> _inquiry = new();
    private (string Address, TimeZoneInfo Zone)? _read;
    private bool _isHere;

    [SupplyParameterFromQuery] public string? Range { get; set; }

    [SupplyParameterFromQuery] public string? From { get; set; }

    [SupplyParameterFromQuery] public string? To { get; set; }

    [SupplyParameterFromQuery] public string? Server { get; set; }

    [SupplyParameterFromQuery] public string? Client { get; set; }

    /// <summary>The text that is looked for.</summary>
    [SupplyParameterFromQuery] public string? Q { get; set; }

    [SupplyParameterFromQuery] public string? Cursor { get; set; }

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    [Inject] public required LiveStore Store { get; init; }

    [Inject] public required ViewerClock Clock { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    /// <summary>What the viewer may see.</summary>
    private protected ServerAccess Access { get; private set; } = ServerAccess.Nothing;

    private protected Inquiry<Page<TRecord>> Inquiry => _inquiry;

    private protected ReportPeriod Period { get; private set; } = new(null, null, null);

    /// <summary>Null where the address asks for what cannot be.</summary>
    private protected TQuestion? Question { get; private set; }

    /// <summary>Why there is no question.</summary>
    private protected string? Problem { get; private set; }

    /// <summary>Server, client, text and period, as the export's addresses have them.</summary>
    private protected (string, string?)[] Fields =>
    [
        ("server", Server), ("user", Client), ("q", Q),
        ("from", Period.Range is { } from ? ReportPeriod.Write(from.From) : null), ("to", Period.Range is { } to ? ReportPeriod.Write(to.To) : null),
    ];

    public void Dispose()
    {
        _inquiry.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes over what the address says beyond the common fields.</summary>
    /// <returns>The question, or null and what is wrong with the address.</returns>
    private protected abstract (TQuestion? Question, string? Problem) Read(HistoryRange range);

    private protected abstract Task<Page<TRecord>> FindAsync(TQuestion question, CancellationToken cancellationToken);

    protected sealed override async Task OnParametersSetAsync()
    {
        Access = ServerAccess.Of((await Authentication).User);
        if (_read == (Navigation.Uri, Clock.Zone))
            return;
        _read = (Navigation.Uri, Clock.Zone);
        Period = ReportPeriod.Parse(Range, From, To, "24h", Clock.Now, Clock.Zone);
        (Question, Problem) = Period.Range is { } range ? Read(range) : (null, $"{Period.Problem} Choose a period above.");
        if (_isHere)
            await AskAsync(_read);
    }

    // The page that is sent before there is a circuit would ask everything twice.
    protected sealed override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        _isHere = true;
        await AskAsync(_read);
        StateHasChanged();
    }

    /// <summary>Asks the same again, after trouble.</summary>
    private protected Task AskAgainAsync() => AskAsync(null);

    private protected static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private async Task AskAsync(object? question)
    {
        if (Question is { } asked)
            await _inquiry.AskAsync(question, cancellationToken => FindAsync(asked, cancellationToken));
    }
}
