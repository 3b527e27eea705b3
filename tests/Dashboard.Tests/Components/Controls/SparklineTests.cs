using Bunit;

using Dashboard.Components.Controls;

namespace Dashboard.Tests.Components.Controls;

public sealed class SparklineTests : ComponentTestContext
{
    [Fact]
    public void Both_directions_share_one_scale()
    {
        SparklinePaths paths = SparklinePaths.Draw(Sample.Points(0, 50, 100), 100, 22)!;

        Assert.Equal("M0 42l100-10 100-10", paths.Received); // half as much as is sent: half as high
        Assert.Equal("M0 42l100-20 100-20", paths.Sent);
    }

    [Fact]
    public void The_line_breaks_where_nobody_watched() =>
        Assert.Equal(2, SparklinePaths.Draw(Sample.Points(1, 2, float.NaN, 3, 4), 96, 24)!.Received.Count(c => c is 'M'));

    [Fact]
    public void A_single_point_between_two_gaps_begins_no_line() =>
        Assert.Equal("M0 39M64 31l32-7", SparklinePaths.Draw(Sample.Points(1, float.NaN, 2, 3), 48, 24)!.Received);

    [Fact]
    public void Many_points_become_few() =>
        Assert.InRange(SparklinePaths.Draw(Sample.Points([.. Enumerable.Range(0, 450).Select(i => (float)i)]), 96, 24)!.Sent.Count(c => c is '-'), 30, 48);

    [Fact]
    public void Level_steps_are_one() =>
        Assert.Equal("M0 46l58 0 29-44 29 44 58 0", SparklinePaths.Draw(Sample.Points(0, 0, 0, 9, 0, 0, 0), 87, 24)!.Sent);

    [Fact]
    public void A_fixed_axis_ends_with_the_last_point_and_leaves_the_time_before_the_first_empty() =>
        Assert.Equal("M120 42l40-20 40-20", SparklinePaths.Draw(Sample.Points(0, 50, 100), 100, 22, TimeSpan.FromSeconds(10))!.Sent);

    [Fact]
    public void One_point_is_no_line() => Assert.Null(SparklinePaths.Draw(Sample.Points(1), 96, 24));

    [Fact]
    public void Nothing_known_draws_nothing() => Assert.Empty(Render<Sparkline>(p => p.Add(s => s.Points, [])).FindAll("path"));

    [Fact]
    public void What_is_old_is_drawn_as_such() =>
        Assert.NotNull(Render<Sparkline>(p => p.Add(s => s.Points, Sample.Points(1, 2)).Add(s => s.Old, true)).Find("svg.old path"));

    [Fact]
    public void All_zero_is_a_line_at_the_bottom() => Assert.Equal("M0 46l192 0", SparklinePaths.Draw(Sample.Points(0, 0), 96, 24)!.Sent);
}
