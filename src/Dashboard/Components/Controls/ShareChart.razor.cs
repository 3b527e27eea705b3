using System.Globalization;

using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Components.Controls;

/// <summary>Draws <see cref="Controls.Shares"/> in the browser.</summary>
public sealed partial class ShareChart
{
    [Parameter, EditorRequired] public required Shares Shares { get; set; }

    protected override string Script => "./Components/Controls/ShareChart.razor.js";

    protected override Shares Wanted => Shares;

    protected override string Summary =>
        Shares.Items is [var largest, ..] && Shares.Items.Sum(share => share.Value) + Shares.Rest is > 0 and var all
            ? $"{Title}: the largest is {largest.Name} with {(largest.Value / all).ToString("0.0 %", CultureInfo.InvariantCulture)}"
            : $"{Title}: nothing";

    protected override ValueTask DrawAsync(IJSObjectReference chart, Shares wanted, Shares? drawn) => chart.InvokeVoidAsync(
        "show", wanted.Items.Select(share => share.Name).ToArray(), wanted.Items.Select(share => share.Value).ToArray(), wanted.Items.Select(share => share.Words).ToArray(), wanted.Rest);
}
