namespace Dashboard.History.Schema;

/// <summary>A stretch of time in which a server was watched and everything that it reported is written. Between two of them nobody watched.</summary>
internal sealed class WatchRow
{
    public int ServerId { get; set; }
    public DateTimeOffset Began { get; set; }

    /// <summary>Grows with every write while the watch goes on, so that a crash leaves it where the rows end.</summary>
    public DateTimeOffset Until { get; set; }
}
