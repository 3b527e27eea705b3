using System.Globalization;

using Dashboard.Components.Viewing;
using Dashboard.History.Reports;

namespace Dashboard.Components.Reports;

/// <summary>How the steps of reports are called.</summary>
internal static class StepWords
{
    public static string Name(this TrafficStep step) => step switch
    {
        TrafficStep.Minute => "minute",
        TrafficStep.FiveMinutes => "5 minutes",
        TrafficStep.QuarterHour => "15 minutes",
        TrafficStep.Hour => "hour",
        TrafficStep.Day => "day",
        _ => "month",
    };

    /// <summary>
    /// A step by its beginning: <c>20 Nov, 14:30</c>, <c>20 Nov 2026</c>, <c>Nov 2026</c>. A day is called by the date at its
    /// middle: where a day of UTC stands for the viewer's it has the same name for both.
    /// </summary>
    public static string Of(ViewerClock clock, TrafficStep step, DateTimeOffset from, DateTimeOffset to) => step switch
    {
        TrafficStep.Month => Format(clock, from + ((to - from) / 2), "MMM yyyy"),
        TrafficStep.Day => Format(clock, from + ((to - from) / 2), "ddd d MMM yyyy"),
        _ => Format(clock, from, clock.Local(from).Year == clock.Local(clock.Now).Year ? "d MMM, HH:mm" : "d MMM yyyy, HH:mm"),
    };

    private static string Format(ViewerClock clock, DateTimeOffset at, string format) => clock.Local(at).ToString(format, CultureInfo.InvariantCulture);
}
