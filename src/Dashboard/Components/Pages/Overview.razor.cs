using System.Collections.Immutable;

using Dashboard.Access;
using Dashboard.Components.Servers;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Components.Pages;

/// <summary>Every server at a glance: the sums, who needs a person, and a table.</summary>
public sealed partial class Overview : IDisposable
{
    private const string Sample = """
        {
          "Dashboard": {
            "Servers": [
              { "Name": "paris", "Endpoint": "unix:/run/openvpn/paris.sock" }
            ]
          }
        }
        """;

    private IDisposable? _subscription;
    private ImmutableSortedDictionary<string, ServerSnapshot> _servers = ImmutableSortedDictionary<string, ServerSnapshot>.Empty;
    private IReadOnlyList<ServerSnapshot> _attention = [];
    private int _live;
    private long? _clients;
    private double? _received;
    private double? _sent;
    private string _filter = "";
    private string? _sort;
    private OwnQuery? _address;
    private ServerAccess _access = ServerAccess.Nothing;

    [SupplyParameterFromQuery] public string? Q { get; set; }

    [SupplyParameterFromQuery] public string? Sort { get; set; }

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    [Inject] public required LiveStore Store { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    public void Dispose() => _subscription?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        _access = ServerAccess.Of((await Authentication).User);
        _subscription = Store.Subscribe(() => InvokeAsync(Refresh), LiveView.MinRedrawInterval);
        Read(); // after the subscription: nothing falls between
    }

    protected override void OnParametersSet()
    {
        _address ??= new OwnQuery(Navigation);
        if (!_address.IsEcho())
            (_filter, _sort) = (Q ?? "", Sort);
    }

    private void Refresh()
    {
        Read();
        StateHasChanged();
    }

    private void Read()
    {
        _servers = _access.Of(Store);
        _attention = AttentionList.Choose(_servers.Values);

        // sums are of what is known to be true now
        ServerSnapshot[] live = [.. _servers.Values.Where(server => server.IsLive)];
        _live = live.Length;
        _clients = live.Any(server => server.Clients is not null) ? live.Sum(server => (long)(server.Clients?.Length ?? 0)) : null;
        _received = Sum(live.Select(server => server.ReceivedRate));
        _sent = Sum(live.Select(server => server.SentRate));
    }

    private static double? Sum(IEnumerable<double?> rates)
    {
        double? sum = null;
        foreach (double? rate in rates)
            sum = rate is null ? sum : (sum ?? 0) + rate;
        return sum;
    }

    private void SetFilter(string filter)
    {
        _filter = filter;
        WriteAddress();
    }

    private void SetSort(string? sort)
    {
        _sort = sort;
        WriteAddress();
    }

    private void WriteAddress() =>
        _address?.Replace(new(StringComparer.Ordinal) { ["q"] = _filter.Length == 0 ? null : _filter, ["sort"] = _sort });
}
