using Dashboard.Components.Viewing;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Components.Controls;

/// <summary>
/// Draws a <see cref="ChartSeries"/> in the browser. What is there stays: under the same key only the new points are
/// sent, one update at a time, and none while the last one is under way.
/// </summary>
public sealed partial class TimeSeriesChart
{
    [Parameter, EditorRequired] public required ChartSeries Series { get; set; }

    protected override string Script => "./Components/Controls/TimeSeriesChart.razor.js";

    protected override ChartSeries Wanted => Series;

    /// <summary>Off where a table beside it has the numbers.</summary>
    [Parameter] public bool ShowNumbers { get; set; } = true;

    protected override bool TellsNumbers => ShowNumbers;

    protected override string Summary
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

    protected override ValueTask DrawAsync(IJSObjectReference chart, ChartSeries wanted, ChartSeries? drawn)
    {
        bool grows = drawn is { Points: [.., var last] } && drawn.Key == wanted.Key && wanted.Points.Contains(last);
        IEnumerable<RatePoint> added = grows ? wanted.Points.Where(point => point.At > drawn!.Points[^1].At) : wanted.Points;
        return chart.InvokeVoidAsync(
            grows ? "append" : "replace",
            wanted.From.ToUnixTimeMilliseconds(),
            wanted.To.ToUnixTimeMilliseconds(),
            Flatten(added),
            wanted.Gaps.SelectMany(gap => new[] { gap.From.ToUnixTimeMilliseconds(), gap.To.ToUnixTimeMilliseconds() }).ToArray());
    }

    // time, from clients, to clients; bits per second, null where unknown
    private static double?[] Flatten(IEnumerable<RatePoint> points) =>
        [.. points.SelectMany(p => new double?[] { p.At.ToUnixTimeMilliseconds(), p.IsKnown ? Math.Round(p.Received * 8d) : null, p.IsKnown ? Math.Round(p.Sent * 8d) : null })];
}
