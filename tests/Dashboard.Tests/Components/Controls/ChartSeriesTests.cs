using Dashboard.Components.Controls;
using Dashboard.History;
using Dashboard.Live;

namespace Dashboard.Tests.Components.Controls;

public sealed class ChartSeriesTests
{
    [Fact]
    public void A_gap_reaches_from_the_last_known_point_to_the_next()
    {
        var points = Sample.Points(1, 2, float.NaN, float.NaN, 3);

        Assert.Equal([new TrafficGap(points[1].At, points[4].At)], ChartSeries.FindGaps(points));
    }

    [Fact]
    public void Before_the_first_known_point_there_is_no_gap() => Assert.Empty(ChartSeries.FindGaps(Sample.Points(float.NaN, float.NaN, 1, 2)));

    [Fact]
    public void A_live_window_ends_with_the_last_point_and_drops_what_is_older()
    {
        ServerSnapshot server = Sample.Server() with { Throughput = Sample.Points(1, 2, 3, 4) };

        ChartSeries series = ChartSeries.Live(server, TimeSpan.FromSeconds(4));

        Assert.Equal((Sample.Now, 3), (series.To, series.Points.Length));
    }
}
