using Bunit;

using Dashboard.Components.Controls;

namespace Dashboard.Tests.Components.Controls;

public sealed class SparklineTests : ComponentTestContext
{
    [Fact]
    public void Both_directions_share_one_scale()
    {
        SparklinePaths paths = SparklinePaths.Draw(Sample.Points(0, 50, 100), 100, 22)!;

        Assert.Equal("M0,21L50,16L100,11", paths.Received); // half as much as is sent: half as high
        Assert.Equal("M0,21L50,11L100,1", paths.Sent);
    }

    [Fact]
    public void The_line_breaks_where_nobody_watched() =>
        Assert.Equal(2, SparklinePaths.Draw(Sample.Points(1, 2, float.NaN, 3, 4), 96, 24)!.Received.Count(c => c is 'M'));

    [Fact]
    public void Many_points_become_few() =>
        Assert.InRange(SparklinePaths.Draw(Sample.Points([.. Enumerable.Repeat(1f, 450)]), 96, 24)!.Sent.Count(c => c is 'L'), 30, 48);

    [Fact]
    public void A_fixed_axis_ends_with_the_last_point_and_leaves_the_time_before_the_first_empty() =>
        Assert.Equal("M60,21L80,11L100,1", SparklinePaths.Draw(Sample.Points(0, 50, 100), 100, 22, TimeSpan.FromSeconds(10))!.Sent);

    [Fact]
    public void One_point_is_no_line() => Assert.Null(SparklinePaths.Draw(Sample.Points(1), 96, 24));

    [Fact]
    public void Nothing_known_draws_nothing() => Assert.Empty(Render<Sparkline>(p => p.Add(s => s.Points, [])).FindAll("path"));

    [Fact]
    public void What_is_old_is_drawn_as_such() =>
        Assert.NotNull(Render<Sparkline>(p => p.Add(s => s.Points, Sample.Points(1, 2)).Add(s => s.Old, true)).Find("svg.old path"));

    [Fact]
    public void All_zero_is_a_line_at_the_bottom() => Assert.Equal("M0,23L96,23", SparklinePaths.Draw(Sample.Points(0, 0), 96, 24)!.Sent);
}
