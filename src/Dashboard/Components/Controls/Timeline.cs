using System.Collections.Immutable;

namespace Dashboard.Components.Controls;

/// <summary>
/// What a <see cref="TimelineChart"/> draws: rows with names, and in each what lasted from when to when. Compared by reference: a new
/// answer is a new drawing.
/// </summary>
public sealed class Timeline(DateTimeOffset from, DateTimeOffset to, ImmutableArray<string> rows, ImmutableArray<TimelineSpan> spans)
{
    public DateTimeOffset From { get; } = from;

    public DateTimeOffset To { get; } = to;

    /// <summary>What the rows are called. Hostile text, made visible.</summary>
    public ImmutableArray<string> Rows { get; } = rows;

    public ImmutableArray<TimelineSpan> Spans { get; } = spans;
}

/// <param name="Row">Its place in <see cref="Timeline.Rows"/>.</param>
/// <param name="KnownTo">The end as far as it is known; up to <paramref name="To"/> it may have lasted.</param>
/// <param name="Heading">When it was, in words.</param>
/// <param name="Words">What else there is to say of it.</param>
public readonly record struct TimelineSpan(int Row, DateTimeOffset From, DateTimeOffset KnownTo, DateTimeOffset To, string Heading, string Words);
