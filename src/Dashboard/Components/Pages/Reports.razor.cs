using Dashboard.Access;
using Dashboard.Components.Reports;
using Dashboard.Components.Viewing;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Components.Pages;

/// <summary>The reports on what was. What is asked lives in the address, so that a link shows the same to whoever may see it.</summary>
public sealed partial class Reports
{
    private ReportKind? _kind;
    private ReportPeriod _period = new(null, null, null);
    private ReportQuestion? _question;
    private ServerAccess _access = ServerAccess.Nothing;
    private (string Address, TimeZoneInfo Zone)? _read;
    private bool _isHere;

    [Parameter] public string? Kind { get; set; }

    [SupplyParameterFromQuery] public string? Range { get; set; }

    [SupplyParameterFromQuery] public string? From { get; set; }

    [SupplyParameterFromQuery] public string? To { get; set; }

    [SupplyParameterFromQuery] public string? Server { get; set; }

    [SupplyParameterFromQuery] public string? Client { get; set; }

    [SupplyParameterFromQuery] public string? By { get; set; }

    [SupplyParameterFromQuery] public string? Cursor { get; set; }

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    [Inject] public required LiveStore Store { get; init; }

    [Inject] public required ViewerClock Clock { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    protected override async Task OnParametersSetAsync()
    {
        _access = ServerAccess.Of((await Authentication).User);
        // "The last hour" begins when the address is opened: drawing the page again asks nothing anew.
        if (_read == (Navigation.Uri, Clock.Zone))
            return;
        _read = (Navigation.Uri, Clock.Zone);
        _kind = ReportKind.Find(Kind);
        if (_kind is null)
            return;
        _period = _kind.HasPeriod
            ? ReportPeriod.Parse(Range, From, To, _kind.UsualPeriod, Clock.Now, Clock.Zone)
            : ReportPeriod.Parse(null, null, null, _kind.UsualPeriod, Clock.Now, Clock.Zone);
        _question = _period.Range is { } range
            ? new ReportQuestion(range, _kind.HasServer ? Null(Server) : null, _kind.HasClient ? Null(Client) : null, Clock.Zone, Null(By), Null(Cursor)) { Access = _access }
            : null;
    }

    // The page that is sent before there is a circuit would ask everything twice.
    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender)
            return;
        _isHere = true;
        StateHasChanged();
    }

    private static string? Null(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
