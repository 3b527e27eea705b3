using Bunit;

using Dashboard.Components.Controls;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;

namespace Dashboard.Tests.Components.Controls;

/// <summary>What all charts have in common, seen with one of them.</summary>
public sealed class BrowserChartTests : ComponentTestContext
{
    private const string Module = "./Components/Controls/TimeSeriesChart.razor.js";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_script_that_cannot_be_loaded_costs_its_chart_and_says_so_in_words(bool isRefused)
    {
        RefusingJs js = new(isRefused ? new JSException("Failed to fetch dynamically imported module") : new TaskCanceledException("no answer"));
        Services.AddSingleton<IJSRuntime>(js);

        var cut = Draw(Series(5, 2));

        cut.WaitForAssertion(() => Assert.Contains("could not be drawn", cut.Find("[role=status]").TextContent, StringComparison.Ordinal), Limit);
        Assert.Contains("from clients 16 bit/s at the end", cut.Markup, StringComparison.Ordinal);
        Assert.Empty(cut.FindAll("[role=img], details"));

        cut.Render(p => p.Add(c => c.Series, Series(5, 3))); // it lives on, and does not try again each second
        Assert.Contains("from clients 24 bit/s at the end", cut.Markup, StringComparison.Ordinal);
        Assert.Equal(1, js.Calls);
    }

    [Fact]
    public async Task A_drawing_that_fails_is_no_error_of_the_page_either()
    {
        BunitJSModuleInterop module = JSInterop.SetupModule(Module);
        BunitJSModuleInterop chart = module.SetupModule("create", _ => true);
        chart.SetupVoid("replace", _ => true).SetException(new JSException("uplot.css could not be loaded."));
        chart.SetupVoid("dispose").SetException(new JSException("was never made"));

        var cut = Draw(Series(5, 2));

        cut.WaitForAssertion(() => Assert.Contains("could not be drawn", cut.Markup, StringComparison.Ordinal), Limit);
        Assert.Null(await Record.ExceptionAsync(DisposeComponentsAsync));
    }

    [Fact]
    public async Task A_page_that_is_left_while_a_script_is_on_its_way_minds_no_failure_of_it()
    {
        PendingJs js = new();
        Services.AddSingleton<IJSRuntime>(js);
        Draw(Series(5, 2));

        await DisposeComponentsAsync();
        js.Answer.SetException(new JSException("Cannot read properties of null"));

        await Renderer.Dispatcher.InvokeAsync(static () => { }); // after what the failure set going
        Assert.False(Renderer.UnhandledException.IsCompleted);
    }

    [Fact]
    public void The_numbers_are_offered_where_no_table_beside_it_has_them()
    {
        Assert.Equal("Numbers", Draw(Series(1)).Find("details summary").TextContent);
        Assert.Empty(Render<TimeSeriesChart>(p => p.Add(c => c.Series, Series(1)).Add(c => c.Title, "Bandwidth").Add(c => c.ShowNumbers, false)).FindAll("details"));
    }

    private static ChartSeries Series(params float[] rates) => new("paris", Sample.Now.AddMinutes(-15), Sample.Now, Sample.Points(rates), []);

    private IRenderedComponent<TimeSeriesChart> Draw(ChartSeries series) => Render<TimeSeriesChart>(p => p.Add(c => c.Series, series).Add(c => c.Title, "Bandwidth"));

    private sealed class PendingJs : IJSRuntime
    {
        public TaskCompletionSource<IJSObjectReference> Answer { get; } = new();

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => InvokeAsync<TValue>(identifier, CancellationToken.None, args);

        public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => (TValue)await Answer.Task;
    }

    private sealed class RefusingJs(Exception refusal) : IJSRuntime
    {
        public int Calls { get; private set; }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => InvokeAsync<TValue>(identifier, CancellationToken.None, args);

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args)
        {
            Calls++;
            return ValueTask.FromException<TValue>(refusal);
        }
    }
}
