using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using Dashboard.Live;

namespace Dashboard.Components.Controls;

/// <summary>The two lines of a sparkline as SVG path data, in whole steps of which <see cref="Scale"/> make a pixel.</summary>
internal sealed record SparklinePaths(string Received, string Sent)
{
    /// <summary>Half pixels: nobody sees less, and whole numbers are short. Every row carries two lines.</summary>
    public const int Scale = 2;

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

    /// <summary>Each step relative to the one before, level ones together: <c>M60 42l20-20 20 0</c>.</summary>
    private static string Line(RatePoint[] points, Func<RatePoint, double> x, Func<RatePoint, double> y)
    {
        StringBuilder path = new();
        (int X, int Y)? drawn = null;
        int level = 0;
        bool hasSteps = false;
        foreach (RatePoint point in points)
        {
            if (!point.IsKnown)
            {
                EndLevel();
                drawn = null;
                continue;
            }
            (int X, int Y) to = (Round(x(point)), Round(y(point)));
            if (drawn is not { } from)
            {
                hasSteps = false;
                path.Append(CultureInfo.InvariantCulture, $"M{to.X} {to.Y}");
            }
            else if (to.Y == from.Y)
            {
                level += to.X - from.X;
            }
            else
            {
                EndLevel();
                Step(to.X - from.X, to.Y - from.Y);
            }
            drawn = to;
        }
        EndLevel();
        return path.ToString();

        void EndLevel()
        {
            if (level > 0)
                Step(level, 0);
            level = 0;
        }

        void Step(int right, int down)
        {
            path.Append(hasSteps ? ' ' : 'l');
            hasSteps = true;
            path.Append(CultureInfo.InvariantCulture, $"{right}{(down < 0 ? "" : " ")}{down}");
        }
    }

    private static int Round(double pixels) => (int)Math.Round(pixels * Scale);
}
