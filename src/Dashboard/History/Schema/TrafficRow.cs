namespace Dashboard.History.Schema;

/// <summary>What one session moved in one minute. A minute may have more than one row; they add up.</summary>
internal sealed class TrafficRow
{
    public DateTimeOffset Minute { get; set; }

    /// <summary>Bytes from the client.</summary>
    public long Received { get; set; }

    /// <summary>Bytes to the client.</summary>
    public long Sent { get; set; }

    /// <summary><see cref="SessionRow.Number"/>.</summary>
    public int Session { get; set; }

    /// <summary>How long it took to move them, up to the end of the minute at the latest. More than a minute where rows had to be merged.</summary>
    public int CoversSeconds { get; set; }

    /// <summary>Set where nobody watched: the bytes came at unknown moments between this one and the minute.</summary>
    public DateTimeOffset? GapFrom { get; set; }
}
