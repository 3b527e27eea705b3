using System.Collections.Immutable;

using Bunit;

using Dashboard.Components.Controls;

namespace Dashboard.Tests.Components.Controls;

/// <summary>The charts that stand still and show names: what is told of them, and what goes to the browser.</summary>
public sealed class StillChartTests : ComponentTestContext
{
    [Fact]
    public void A_timeline_sends_places_and_times_and_tells_how_much_there_is()
    {
        BunitJSModuleInterop chart = Chart("TimelineChart");
        Timeline timeline = new(Sample.Now.AddHours(-2), Sample.Now, ["paris", "<b>"], [new TimelineSpan(1, Sample.Now.AddHours(-1), Sample.Now.AddMinutes(-30), Sample.Now.AddMinutes(-20), "when", "what")]);

        var cut = Render<TimelineChart>(p => p.Add(c => c.Timeline, timeline).Add(c => c.Title, "Sessions"));

        Assert.Equal("Sessions: 1 bar in 2 rows", cut.Find("[role=img]").GetAttribute("aria-label"));
        JSRuntimeInvocation shown = Assert.Single(chart.Invocations["show"]);
        Assert.Equal(["paris", "<b>"], Assert.IsType<ImmutableArray<string>>(shown.Arguments[2]));
        Assert.Equal([[1, Unix(-60), Unix(-30), Unix(-20)]], Assert.IsType<long[][]>(shown.Arguments[3]));
    }

    [Fact]
    public void Shares_are_told_by_the_largest()
    {
        Chart("ShareChart");
        Shares shares = new([new Share("alice", 30, "30 B"), new Share("bob", 10, "10 B")], rest: 60);

        var cut = Render<ShareChart>(p => p.Add(c => c.Shares, shares).Add(c => c.Title, "Traffic"));

        Assert.Equal("Traffic: the largest is alice with 30.0 %", cut.Find("[role=img]").GetAttribute("aria-label"));
    }

    [Fact]
    public void Shares_of_nothing_are_nothing()
    {
        Chart("ShareChart");

        var cut = Render<ShareChart>(p => p.Add(c => c.Shares, new Shares([new Share("alice", 0, "0")], rest: 0)).Add(c => c.Title, "Traffic"));

        Assert.Equal("Traffic: nothing", cut.Find("[role=img]").GetAttribute("aria-label"));
    }

    private static long Unix(int minutes) => Sample.Now.AddMinutes(minutes).ToUnixTimeMilliseconds();

    private BunitJSModuleInterop Chart(string name)
    {
        BunitJSModuleInterop module = JSInterop.SetupModule($"./Components/Controls/{name}.razor.js");
        module.Mode = JSRuntimeMode.Loose;
        BunitJSModuleInterop chart = module.SetupModule("create", _ => true);
        chart.Mode = JSRuntimeMode.Loose;
        return chart;
    }
}
