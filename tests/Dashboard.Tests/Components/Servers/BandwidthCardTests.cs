using Bunit;

using Dashboard.Components.Controls;
using Dashboard.Components.Servers;
using Dashboard.History;
using Dashboard.Live;

namespace Dashboard.Tests.Components.Servers;

public sealed class BandwidthCardTests : ComponentTestContext
{
    private static readonly TrafficSeries s_traffic = new(Sample.Points(1, 2, 3), []);

    [Fact]
    public void Live_draws_what_the_snapshot_brings_and_reads_no_history()
    {
        var cut = Draw(Sample.Server() with { Throughput = Sample.Points(1, 2, 3) });

        Assert.Equal(3, cut.FindComponent<TimeSeriesChart>().Instance.Series.Points.Length);
        Assert.Empty(History.Read);
    }

    [Theory]
    [InlineData("1h", 60, 1)]
    [InlineData("6h", 360, 2)]
    [InlineData("24h", 1440, 5)]
    public void A_period_of_the_past_is_read_from_the_history(string range, int minutes, int step)
    {
        Draw(Sample.Server(), range);

        Assert.Equal([("paris", TimeSpan.FromMinutes(minutes), TimeSpan.FromMinutes(step))], History.Read);
    }

    [Fact]
    public void While_it_is_read_it_says_so()
    {
        var cut = Draw(Sample.Server(), "1h");

        Assert.Contains("Reading the history", cut.Find("[aria-busy=true] [role=status]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_read_is_drawn_with_its_gaps()
    {
        var cut = Draw(Sample.Server(), "1h");
        TrafficGap gap = new(Sample.Now.AddMinutes(-9), Sample.Now.AddMinutes(-7));

        History.Answer.SetResult(s_traffic with { Gaps = [gap] });

        cut.WaitForAssertion(() => Assert.Equal([gap], cut.FindComponent<TimeSeriesChart>().Instance.Series.Gaps));
    }

    [Fact]
    public void Without_a_database_it_says_so_and_can_be_tried_again()
    {
        var cut = Draw(Sample.Server(), "1h");
        History.Answer.SetException(new HistoryUnavailableException("The database does not answer."));
        cut.WaitForAssertion(() => Assert.Contains("The database does not answer.", cut.Find(".empty").TextContent, StringComparison.Ordinal));
        History.Answer = new();
        History.Answer.SetResult(s_traffic);

        cut.Find(".empty button").Click();

        cut.WaitForAssertion(() => Assert.NotEmpty(cut.FindComponents<TimeSeriesChart>()));
    }

    [Fact]
    public void It_is_read_again_when_a_step_has_passed()
    {
        var cut = Draw(Sample.Server(), "1h");
        History.Answer.SetResult(s_traffic);
        cut.WaitForAssertion(() => Assert.NotEmpty(cut.FindComponents<TimeSeriesChart>()));

        Time.Advance(TimeSpan.FromMinutes(1));

        Until(() => History.Read.Count == 2);
    }

    [Fact]
    public void An_answer_for_a_period_that_was_left_is_not_drawn()
    {
        var cut = Draw(Sample.Server() with { Throughput = Sample.Points(7, 8) }, "1h");

        cut.Render(p => p.Add(c => c.Range, null));
        History.Answer.SetResult(s_traffic);

        Assert.Equal(7, cut.FindComponent<TimeSeriesChart>().Instance.Series.Points[0].Received);
    }

    [Fact]
    public void The_chosen_period_is_marked() =>
        Assert.Equal("6 h", Draw(Sample.Server(), "6h").Find("button[aria-checked=true]").TextContent.Trim());

    [Fact]
    public void A_period_is_asked_for_by_its_key()
    {
        string? asked = null;
        var cut = Render<BandwidthCard>(p => p.Add(c => c.Server, Sample.Server()).Add(c => c.Range, null).Add(c => c.OnRange, key => asked = key));

        cut.FindAll("[role=checkbox]")[3].Click();

        Assert.Equal("24h", asked);
    }

    [Fact]
    public void Nothing_known_is_said_not_drawn_as_zero()
    {
        var cut = Draw(Sample.Server() with { Throughput = [RatePoint.Unknown(Sample.Now)] });

        Assert.Contains("No traffic is known", cut.Find(".empty").TextContent, StringComparison.Ordinal);
    }

    private IRenderedComponent<BandwidthCard> Draw(ServerSnapshot server, string? range = null) =>
        Render<BandwidthCard>(p => p.Add(c => c.Server, server).Add(c => c.Range, range));
}
