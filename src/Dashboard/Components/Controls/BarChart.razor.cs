using Dashboard.Components.Viewing;

using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Components.Controls;

/// <summary>Draws <see cref="Controls.Bars"/> in the browser.</summary>
public sealed partial class BarChart : IAsyncDisposable
{
    private ElementReference _element;
    private IJSObjectReference? _module;
    private IJSObjectReference? _chart;
    private Bars? _drawn;
    private bool _drawing;
    private bool _disposed;

    [Parameter, EditorRequired] public required Bars Bars { get; set; }

    /// <summary>What is drawn, for who cannot see it.</summary>
    [Parameter, EditorRequired] public required string Title { get; set; }

    [Inject] public required IJSRuntime JS { get; init; }

    private string Summary
    {
        get
        {
            if (Bars.Items.IsEmpty)
                return $"{Title}: nothing";
            Bar highest = Bars.Items.MaxBy(Height);
            string numbers = string.Join(", ", Values(highest).Select((value, i) => $"{Bars.Names[i]} {Words(value)}"));
            return $"{Title}: {Quantity.Count(Bars.Items.Length, "bar")}, the highest at {highest.Label}: {numbers}";
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
                _module = await JS.InvokeAsync<IJSObjectReference>("import", "./Components/Controls/BarChart.razor.js");
                _chart = await _module.InvokeAsync<IJSObjectReference>("create", _element);
            }
            while (!_disposed && Bars is var bars && !ReferenceEquals(bars, _drawn))
            {
                double factor = bars.Unit is BarUnit.Rate ? 8 : 1;
                await _chart.InvokeVoidAsync("show", bars.Unit.ToString(), bars.Names, bars.Items.Select(bar => bar.Label).ToArray(),
                    bars.Items.Select(bar => Values(bar).Select(value => Math.Round(value * factor, 2)).ToArray()).ToArray());
                _drawn = bars;
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

    private static double[] Values(Bar bar) => bar.Second is { } second ? [bar.First, second] : [bar.First];

    private static double Height(Bar bar) => Values(bar).Max();

    private string Words(double value) => Bars.Unit switch
    {
        BarUnit.Bytes => Quantity.Bytes((long)value),
        BarUnit.Rate => Quantity.BitRateWithUnit(value),
        BarUnit.Minutes => Elapsed.Words(TimeSpan.FromMinutes(value)),
        BarUnit.Days => Quantity.Count((long)value, "day"),
        _ => Quantity.Exact((long)value),
    };
}
