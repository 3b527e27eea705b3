using System.Collections.Immutable;

using Dashboard.Access;
using Dashboard.Components.Controls;
using Dashboard.Components.Reports;
using Dashboard.Components.Viewing;
using Dashboard.History.Reports;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Components.Pages;

/// <summary>One person, by the name on the certificate or the user name where OpenVPN knows no other, on all servers that the viewer may see: now, and before.</summary>
public sealed partial class Client : IDisposable
{
    private const int MostSessions = 25; // in the table
    private const int MostDrawn = 250;
    private static readonly TimeSpan s_shortestForPresence = TimeSpan.FromDays(2);
    private const int MostNames = 5;

    private readonly Inquiry<ClientRecord?> _inquiry = new();
    private readonly Inquiry<Page<SessionRecord>> _sessions = new();
    private IDisposable? _subscription;
    private ServerAccess _access = ServerAccess.Nothing;
    private ImmutableArray<(ServerSnapshot Server, ClientSnapshot Client)> _live = [];
    private ReportPeriod _period = new(null, null, null);
    private ReportQuestion? _question;
    private Timeline? _timeline;
    private Presence? _presence;
    private (string Address, TimeZoneInfo Zone)? _read;
    private bool _isHere;

    [Parameter] public string? Name { get; set; }

    /// <summary>The name where it cannot be part of a path; see <see cref="PageLinks.Client"/>.</summary>
    [SupplyParameterFromQuery(Name = "name")] public string? NameAsQuery { get; set; }

    [SupplyParameterFromQuery] public string? Range { get; set; }

    [SupplyParameterFromQuery] public string? From { get; set; }

    [SupplyParameterFromQuery] public string? To { get; set; }

    [SupplyParameterFromQuery] public string? Server { get; set; }

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    [Inject] internal ISessionReports Sessions { get; init; } = null!;

    [Inject] public required LiveStore Store { get; init; }

    [Inject] public required ViewerClock Clock { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    private string CommonName => Name ?? NameAsQuery ?? "";

    private ClientRecord? Record => _inquiry.State is InquiryState.Answered ? _inquiry.Answer : null;

    private ImmutableArray<SessionRecord> Listed => _sessions.Answer.Items is { Length: > MostSessions } many ? many[..MostSessions] : _sessions.Answer.Items;

    private (string, string?)[] Period => _period.Key is { } key ? [("range", key)] : [("from", From), ("to", To)];

    public void Dispose()
    {
        _subscription?.Dispose();
        _inquiry.Dispose();
        _sessions.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _access = ServerAccess.Of((await Authentication).User);
        _subscription = Store.Subscribe(() => InvokeAsync(Refresh), LiveView.MinRedrawInterval);
    }

    protected override async Task OnParametersSetAsync()
    {
        ReadLive();
        if (!_isHere || _read == (Navigation.Uri, Clock.Zone))
            return;
        _read = (Navigation.Uri, Clock.Zone);
        _period = ReportPeriod.Parse(Range, From, To, "7d", Clock.Now, Clock.Zone);
        _question = _period.Range is { } range
            ? new ReportQuestion(range, string.IsNullOrEmpty(Server) ? null : Server, CommonName, Clock.Zone) { Access = _access }
            : null;
        await Task.WhenAll(AskAsync(CommonName), AskSessionsAsync(_question));
    }

    // The page that is sent before there is a circuit would ask everything twice.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        _isHere = true;
        await OnParametersSetAsync();
        StateHasChanged();
    }

    private Task<bool> AskAsync(object? question)
    {
        string name = CommonName;
        return _inquiry.AskAsync(question, cancellationToken => Sessions.ClientAsync(_access, name, cancellationToken));
    }

    private async Task AskSessionsAsync(object? question)
    {
        if (_question is not { } asked
            || !await _sessions.AskAsync(question, cancellationToken => Sessions.FindAsync(asked.Access, new SessionQuery(asked.Range, asked.Server, asked.Client, Limit: MostDrawn), cancellationToken)))
            return;
        Page<SessionRecord> found = _sessions.Answer;
        DateTimeOffset to = asked.Range.To < Clock.Now ? asked.Range.To : Clock.Now;
        DateTimeOffset from = found.Next is not null && found.Items[^1].ConnectedSince > asked.Range.From ? found.Items[^1].ConnectedSince : asked.Range.From;
        _timeline = DrawTimeline(found.Items, from, to);
        _presence = to - from >= s_shortestForPresence ? Presence.Of(found.Items, from, to, asked.Zone) : null;
    }

    // A row for each server, the one that was used last first.
    private Timeline DrawTimeline(ImmutableArray<SessionRecord> sessions, DateTimeOffset from, DateTimeOffset to)
    {
        ImmutableArray<string> servers = [.. sessions.Select(session => session.Server).Distinct(StringComparer.Ordinal)];
        return new Timeline(from, to, [.. servers.Select(HostileText.Visible)], [.. sessions.Where(session => session.ConnectedSince < to).Select(Draw)]);

        TimelineSpan Draw(SessionRecord session)
        {
            DateTimeOffset end = session.EndedNotAfter ?? to;
            string words = $"{(session.EndIsUncertain ? "at most " : "")}{Elapsed.Words(end - session.ConnectedSince)}{(session.IsOpen ? ", connected" : "")}, "
                + $"{Quantity.Bytes(session.ReceivedBytes)} from it, {Quantity.Bytes(session.SentBytes)} to it";
            return new TimelineSpan(servers.IndexOf(session.Server), session.ConnectedSince, session.EndedNotBefore ?? end, end, $"{Clock.Brief(session.ConnectedSince)} – {(session.IsOpen ? "now" : Clock.Brief(end))}", words);
        }
    }

    private void Refresh()
    {
        ReadLive();
        StateHasChanged();
    }

    private void ReadLive() => _live =
    [
        .. from server in _access.Of(Store).Values
           from client in server.Clients ?? []
           where client.Person == CommonName
           orderby client.ConnectedSince descending
           select (server, client),
    ];
}
