using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using Dashboard.Live;

namespace Dashboard.Components.Controls;

/// <summary>The two lines of a sparkline as SVG path data.</summary>
internal sealed record SparklinePaths(string Received, string Sent)
{
    private const int MaxPoints = 48;

    /// <summary>
    /// Scales the points into a box: time to the width, the highest rate of both directions to the height. Neighbours are
    /// averaged until few enough are left; an unknown point breaks the line. Null when there is no line to draw.
    /// </summary>
    /// <param name="axis">The time that the width stands for, ending with the last point; null for the points' own.</param>
    public static SparklinePaths? Draw(ImmutableArray<RatePoint> points, int width, int height, TimeSpan? axis = null)
    {
        if (points.IsDefaultOrEmpty || points.Length < 2)
            return null;

        RatePoint[] drawn = Thin(points);
        float top = 1;
        foreach (RatePoint point in drawn)
            top = Math.Max(top, point.IsKnown ? Math.Max(point.Received, point.Sent) : 0);

        DateTimeOffset end = points[^1].At;
        TimeSpan span = axis ?? end - points[0].At;
        double X(RatePoint point) => span.Ticks == 0 ? 0 : Math.Max(0, width - (end - point.At) / span * width);
        double Y(float rate) => height - 1 - (height - 2) * rate / top;
        return new SparklinePaths(Line(drawn, X, p => Y(p.Received)), Line(drawn, X, p => Y(p.Sent)));
    }

    private static RatePoint[] Thin(ImmutableArray<RatePoint> points)
    {
        int size = (points.Length + MaxPoints - 1) / MaxPoints;
        return size == 1 ? [.. points] : [.. points.Chunk(size).Select(Average)];
    }

    private static RatePoint Average(RatePoint[] group)
    {
        RatePoint[] known = [.. group.Where(p => p.IsKnown)];
        return known.Length == 0
            ? RatePoint.Unknown(group[^1].At)
            : new RatePoint(group[^1].At, known.Average(p => p.Received), known.Average(p => p.Sent));
    }

    private static string Line(RatePoint[] points, Func<RatePoint, double> x, Func<RatePoint, double> y)
    {
        StringBuilder path = new();
        bool drawing = false;
        foreach (RatePoint point in points)
        {
            if (point.IsKnown)
                path.Append(CultureInfo.InvariantCulture, $"{(drawing ? 'L' : 'M')}{x(point):0.#},{y(point):0.#}");
            drawing = point.IsKnown;
        }
        return path.ToString();
    }
}
