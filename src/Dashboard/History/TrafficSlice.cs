namespace Dashboard.History;

/// <summary>Bytes of one session between two instants: what becomes one row of traffic.</summary>
/// <param name="From">When the last report before these bytes came; where <paramref name="Gap"/>, since when nobody watched.</param>
/// <param name="To">When the last of these bytes were reported.</param>
/// <param name="Gap">Whether the server was not watched for some of the time between.</param>
internal readonly record struct TrafficSlice(DateTimeOffset From, DateTimeOffset To, long Received, long Sent, bool Gap)
{
    /// <summary>The start of the minute that the slice is booked on. A report at 12:01:00 sharp is about what was before, so it belongs to 12:00.</summary>
    public DateTimeOffset Minute => MinuteOf(To);

    public TimeSpan Covers => To > From ? To - From : TimeSpan.Zero;

    /// <summary>Both as one; <paramref name="next"/> is the later.</summary>
    public TrafficSlice Merge(TrafficSlice next) => new(From, next.To, Received + next.Received, Sent + next.Sent, Gap || next.Gap);

    public static DateTimeOffset MinuteOf(DateTimeOffset instant)
    {
        long ticks = instant.UtcTicks - 1;
        return new DateTimeOffset(ticks - (ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
    }
}
