using Dashboard.Components.Viewing;

using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Components.Controls;

/// <summary>Draws a <see cref="Controls.Presence"/> in the browser.</summary>
public sealed partial class PresenceChart
{
    [Parameter, EditorRequired] public required Presence Presence { get; set; }

    protected override string Script => "./Components/Controls/PresenceChart.razor.js";

    protected override Presence Wanted => Presence;

    protected override bool TellsNumbers => true;

    protected override string Size => Presence.Rows.Length switch { <= 3 => "low", <= 9 => "", <= 16 => "high", _ => "tall" };

    protected override string Summary
    {
        get
        {
            if (Presence.Rows.All(row => row.Hours.All(hour => hour is null or 0)))
                return $"{Title}: never";
            var usual = Enumerable.Range(0, Presence.HoursOfADay).MaxBy(hour => Presence.Rows.Average(row => row.Hours[hour]) ?? 0);
            return $"{Title}: {Quantity.Count(Presence.Rows.Length, Presence.IsByWeekday ? "day of the week" : "day")}, most of the time at {Hour(usual)}";
        }
    }

    protected override ValueTask DrawAsync(IJSObjectReference chart, Presence wanted, Presence? drawn) => chart.InvokeVoidAsync(
        "show", wanted.IsByWeekday, wanted.Rows.Select(row => row.Label).ToArray(), wanted.Rows.Select(row => row.Hours.Select(hour => hour is { } part ? Math.Round(part * 100) : (double?)null)).ToArray());

    private static string Hour(int hour) => $"{hour:00}:00–{hour + 1:00}:00";
}
