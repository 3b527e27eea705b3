using Bunit;

using Dashboard.Components.Controls;

namespace Dashboard.Tests.Components.Controls;

public sealed class BarChartTests : ComponentTestContext
{
    private readonly BunitJSModuleInterop _chart;

    public BarChartTests()
    {
        BunitJSModuleInterop module = JSInterop.SetupModule("./Components/Controls/BarChart.razor.js");
        module.Mode = JSRuntimeMode.Loose;
        _chart = module.SetupModule("create", _ => true);
        _chart.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void Who_cannot_see_it_is_told_the_highest_bar()
    {
        var cut = Draw(new Bars(BarUnit.Bytes, Bars.Directions, [new Bar("1", 500, 1_500_000), new Bar("2", 700, 20)]));

        Assert.Equal("Traffic: 2 bars, the highest at 1: from clients 500 B, to clients 1.50 MB", cut.Find("[role=img]").GetAttribute("aria-label"));
    }

    [Fact]
    public void Rates_are_drawn_in_bits()
    {
        Draw(new Bars(BarUnit.Rate, ["peak"], [new Bar("Nov 2026", 125_000)]));

        JSRuntimeInvocation drawn = Assert.Single(_chart.Invocations["show"]);
        Assert.Equal("Rate", drawn.Arguments[0]);
        Assert.Equal([[1_000_000d]], Assert.IsType<double[][]>(drawn.Arguments[3]));
    }

    [Fact]
    public void What_is_drawn_already_is_not_drawn_again()
    {
        Bars bars = new(BarUnit.Count, ["clients"], [new Bar("1", 3)]);
        var cut = Draw(bars);

        cut.Render(c => c.Add(b => b.Bars, bars));
        Assert.Single(_chart.Invocations["show"]);
        cut.Render(c => c.Add(b => b.Bars, new Bars(BarUnit.Count, ["clients"], [new Bar("1", 4)])));

        Assert.Equal(2, _chart.Invocations["show"].Count);
    }

    private IRenderedComponent<BarChart> Draw(Bars bars) => Render<BarChart>(chart => chart.Add(c => c.Bars, bars).Add(c => c.Title, "Traffic"));
}
