using System.Collections.Immutable;

using Dashboard.Components.Controls;
using Dashboard.History;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Servers;

/// <summary>Live points come with the snapshot; a period of the history is read when it is chosen and again each step.</summary>
public sealed partial class BandwidthCard : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private BandwidthRange _range = BandwidthRange.All[0];
    private ChartSeries? _series;
    private ImmutableArray<RatePoint> _livePoints;
    private string? _serverName;
    private string? _unavailable;
    private bool _loading;
    private int _load;
    private ITimer? _again;

    [Parameter, EditorRequired] public required ServerSnapshot Server { get; set; }

    private string Peers => Server.Role is DaemonRole.Client ? "its server" : "clients";

    [Parameter, EditorRequired] public string? Range { get; set; }

    [Parameter] public EventCallback<string?> OnRange { get; set; }

    [Inject] public required ITrafficHistory History { get; init; }

    [Inject] public required TimeProvider Time { get; init; }

    public void Dispose()
    {
        _again?.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        BandwidthRange range = BandwidthRange.Parse(Range);
        bool other = range != _range || Server.Name != _serverName;
        _range = range;
        _serverName = Server.Name;
        if (range.IsLive)
        {
            if (other || Server.Throughput != _livePoints)
                ShowLive();
        }
        else if (other)
        {
            _series = null;
            await LoadAsync();
        }
    }

    private void ShowLive()
    {
        _load++; // an answer under way comes too late
        _again?.Dispose();
        _unavailable = null;
        _loading = false;
        _livePoints = Server.Throughput;
        _series = ChartSeries.Live(Server, _range.Length);
    }

    private async Task LoadAsync()
    {
        int load = ++_load;
        BandwidthRange range = _range;
        string server = Server.Name;
        DateTimeOffset to = Time.GetUtcNow();
        _loading = true;
        try
        {
            TrafficSeries traffic = await History.GetServerTrafficAsync(server, to - range.Length, to, range.Step!.Value, _gone.Token);
            if (load != _load)
                return;
            _unavailable = null;
            _series = new ChartSeries($"{server}\u001f{range.Key}\u001f{load}", to - range.Length, to, traffic.Points, traffic.Gaps);
        }
        catch (HistoryUnavailableException e)
        {
            if (load != _load)
                return;
            _unavailable = e.Message;
            _series = null;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            return;
        }
        _loading = false;
        _again?.Dispose();
        _again = Time.CreateTimer(_ => _ = InvokeAsync(LoadAgainAsync), null, range.Step!.Value, Timeout.InfiniteTimeSpan);
    }

    private async Task LoadAgainAsync()
    {
        if (_gone.IsCancellationRequested || _range.IsLive)
            return;
        await LoadAsync();
        StateHasChanged();
    }
}
