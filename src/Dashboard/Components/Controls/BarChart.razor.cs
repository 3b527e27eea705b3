using Dashboard.Components.Viewing;

using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Components.Controls;

/// <summary>Draws <see cref="Controls.Bars"/> in the browser.</summary>
public sealed partial class BarChart
{
    [Parameter, EditorRequired] public required Bars Bars { get; set; }

    protected override string Script => "./Components/Controls/BarChart.razor.js";

    protected override Bars Wanted => Bars;

    protected override string Summary
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

    protected override ValueTask DrawAsync(IJSObjectReference chart, Bars wanted, Bars? drawn)
    {
        double factor = wanted.Unit is BarUnit.Rate ? 8 : 1;
        return chart.InvokeVoidAsync("show", wanted.Unit.ToString(), wanted.Names, wanted.Items.Select(bar => bar.Label).ToArray(),
            wanted.Items.Select(bar => Values(bar).Select(value => Math.Round(value * factor, 2)).ToArray()).ToArray());
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
