using Dashboard.Components.Viewing;

using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Components.Controls;

/// <summary>Draws a <see cref="Controls.Timeline"/> in the browser.</summary>
public sealed partial class TimelineChart
{
    [Parameter, EditorRequired] public required Timeline Timeline { get; set; }

    protected override string Script => "./Components/Controls/TimelineChart.razor.js";

    protected override Timeline Wanted => Timeline;

    protected override string Summary => $"{Title}: {Quantity.Count(Timeline.Spans.Length, "bar")} in {Quantity.Count(Timeline.Rows.Length, "row")}";

    protected override string Size => Timeline.Rows.Length switch { <= 3 => "low", <= 7 => "", <= 12 => "high", _ => "tall" };

    protected override ValueTask DrawAsync(IJSObjectReference chart, Timeline wanted, Timeline? drawn) => chart.InvokeVoidAsync(
        "show",
        wanted.From.ToUnixTimeMilliseconds(),
        wanted.To.ToUnixTimeMilliseconds(),
        wanted.Rows,
        wanted.Spans.Select(span => new[] { span.Row, span.From.ToUnixTimeMilliseconds(), span.KnownTo.ToUnixTimeMilliseconds(), span.To.ToUnixTimeMilliseconds() }).ToArray(),
        wanted.Spans.Select(span => new[] { span.Heading, span.Words }).ToArray());
}
