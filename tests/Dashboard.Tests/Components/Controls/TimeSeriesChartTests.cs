using Bunit;

using Dashboard.Components.Controls;
using Dashboard.Live;

using Microsoft.JSInterop;

namespace Dashboard.Tests.Components.Controls;

public sealed class TimeSeriesChartTests : ComponentTestContext
{
    private const string Module = "./Components/Controls/TimeSeriesChart.razor.js";
    private readonly BunitJSModuleInterop _chart;

    public TimeSeriesChartTests()
    {
        BunitJSModuleInterop module = JSInterop.SetupModule(Module);
        module.Mode = JSRuntimeMode.Loose;
        _chart = module.SetupModule("create", _ => true);
        _chart.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void All_points_are_drawn_first_in_bits_and_unknown_ones_as_null()
    {
        Draw(Series("paris", 1, float.NaN));

        JSRuntimeInvocation drawn = Assert.Single(_chart.Invocations["replace"]);
        Assert.Equal([Unix(-2), 8, 16, Unix(0), null, null], Assert.IsType<double?[]>(drawn.Arguments[2]));
    }

    [Fact]
    public void Later_only_the_new_points_are_sent()
    {
        var cut = Draw(Series("paris", 1, 2));
        RatePoint added = new(Sample.Now.AddSeconds(2), 3, 4);

        cut.Render(p => p.Add(c => c.Series, Series("paris", 1, 2) with { Points = Sample.Points(1, 2).Add(added) }));

        JSRuntimeInvocation drawn = Assert.Single(_chart.Invocations["append"]);
        Assert.Equal([Unix(2), 24, 32], Assert.IsType<double?[]>(drawn.Arguments[2]));
    }

    [Fact]
    public void Another_server_is_drawn_afresh()
    {
        var cut = Draw(Series("paris", 1, 2));

        cut.Render(p => p.Add(c => c.Series, Series("oslo", 1, 2)));

        Assert.Equal(2, _chart.Invocations["replace"].Count);
    }

    [Fact]
    public void The_same_series_is_drawn_once()
    {
        ChartSeries series = Series("paris", 1, 2);
        var cut = Draw(series);

        cut.Render(p => p.Add(c => c.Series, series));

        Assert.Single(_chart.Invocations);
    }

    [Fact]
    public void Who_cannot_see_it_is_told_its_summary() =>
        Assert.Equal(
            "Bandwidth of paris: from clients 16 bit/s at the end, at most 40 bit/s; to clients 32 bit/s at the end, at most 80 bit/s",
            Draw(Series("paris", 5, 2)).Find("[role=img]").GetAttribute("aria-label"));

    [Fact]
    public async Task The_chart_goes_with_its_component()
    {
        Draw(Series("paris", 1, 2));

        await DisposeComponentsAsync();

        Assert.Single(_chart.Invocations["dispose"]);
    }

    [Fact]
    public async Task A_tab_that_is_gone_is_no_error()
    {
        Draw(Series("paris", 1, 2));
        _chart.SetupVoid("dispose").SetException(new JSDisconnectedException("gone"));

        Exception? thrown = await Record.ExceptionAsync(DisposeComponentsAsync);

        Assert.Null(thrown);
    }

    private static double Unix(int seconds) => Sample.Now.AddSeconds(seconds).ToUnixTimeMilliseconds();

    private static ChartSeries Series(string key, params float[] rates) =>
        new(key, Sample.Now.AddMinutes(-15), Sample.Now, Sample.Points(rates), []);

    private IRenderedComponent<TimeSeriesChart> Draw(ChartSeries series) =>
        Render<TimeSeriesChart>(p => p.Add(c => c.Series, series).Add(c => c.Title, "Bandwidth of paris"));
}
