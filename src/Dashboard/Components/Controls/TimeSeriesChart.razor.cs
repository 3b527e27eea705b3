using Dashboard.Components.Viewing;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Components.Controls;

/// <summary>
/// Draws a <see cref="ChartSeries"/> in the browser. What is there stays: under the same key only the new points are
/// sent, one update at a time, and none while the last one is under way.
/// </summary>
public sealed partial class TimeSeriesChart : IAsyncDisposable
{
    private ElementReference _element;
    private IJSObjectReference? _module;
    private IJSObjectReference? _chart;
    private ChartSeries? _drawn;
    private bool _drawing;
    private bool _disposed;

    [Parameter, EditorRequired] public required ChartSeries Series { get; set; }

    /// <summary>What is drawn, for who cannot see it.</summary>
    [Parameter, EditorRequired] public required string Title { get; set; }

    [Inject] public required IJSRuntime JS { get; init; }

    private string Summary
    {
        get
        {
            RatePoint[] known = [.. Series.Points.Where(point => point.IsKnown)];
            return known.Length == 0
                ? $"{Title}: nothing known in this period"
                : $"{Title}: from clients {Quantity.BitRateWithUnit(known[^1].Received)} at the end, at most {Quantity.BitRateWithUnit(known.Max(p => p.Received))}; "
                    + $"to clients {Quantity.BitRateWithUnit(known[^1].Sent)} at the end, at most {Quantity.BitRateWithUnit(known.Max(p => p.Sent))}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        try
        {
            if (_chart is not null)
            {
                await _chart.InvokeVoidAsync("dispose");
                await _chart.DisposeAsync();
            }
            if (_module is not null)
                await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // the tab is gone, and the chart with it
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_drawing || _disposed)
            return;

        _drawing = true;
        try
        {
            if (_chart is null)
            {
                _module = await JS.InvokeAsync<IJSObjectReference>("import", "./Components/Controls/TimeSeriesChart.razor.js");
                _chart = await _module.InvokeAsync<IJSObjectReference>("create", _element);
            }
            while (!_disposed && Series is var series && !Equals(series, _drawn))
            {
                await DrawAsync(_chart, series);
                _drawn = series;
            }
        }
        catch (JSDisconnectedException)
        {
            // the tab is gone
        }
        finally
        {
            _drawing = false;
        }
    }

    private ValueTask DrawAsync(IJSObjectReference chart, ChartSeries series)
    {
        bool grows = _drawn is { Points: [.., var last] } && _drawn.Key == series.Key && series.Points.Contains(last);
        IEnumerable<RatePoint> added = grows ? series.Points.Where(point => point.At > _drawn!.Points[^1].At) : series.Points;
        return chart.InvokeVoidAsync(
            grows ? "append" : "replace",
            series.From.ToUnixTimeMilliseconds(),
            series.To.ToUnixTimeMilliseconds(),
            Flatten(added),
            series.Gaps.SelectMany(gap => new[] { gap.From.ToUnixTimeMilliseconds(), gap.To.ToUnixTimeMilliseconds() }).ToArray());
    }

    // time, from clients, to clients; bits per second, null where unknown
    private static double?[] Flatten(IEnumerable<RatePoint> points) =>
        [.. points.SelectMany(p => new double?[] { p.At.ToUnixTimeMilliseconds(), p.IsKnown ? Math.Round(p.Received * 8d) : null, p.IsKnown ? Math.Round(p.Sent * 8d) : null })];
}
