namespace Mgmt.Core.Status;

/// <summary>A status reply of any version, of a server or a client.</summary>
public sealed record StatusReply
{
    /// <summary>The format that came.</summary>
    public StatusVersion Version { get; init; }

    /// <summary>The daemon's version text; null in version 1 and from clients.</summary>
    public string? Title { get; init; }

    /// <summary>The daemon's clock; null in version 1 and from clients.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The daemon's clock in its local time and words.</summary>
    public string? TimeText { get; init; }

    /// <summary>The clients of a server, in no order.</summary>
    public IReadOnlyList<StatusClient> Clients { get; init; } = [];

    /// <summary>The routing table of a server, in no order.</summary>
    public IReadOnlyList<StatusRoute> Routes { get; init; } = [];

    /// <summary>A server's last words.</summary>
    public GlobalStatistics GlobalStatistics { get; init; } = new(null, null);

    /// <summary>What a client or point-to-point process says instead of all this; null from a server.</summary>
    public ProcessStatistics? Process { get; init; }

    /// <summary>Rows that could not be read: the first hundred of them.</summary>
    public IReadOnlyList<MalformedRow> MalformedRows { get; init; } = [];

    /// <summary>
    /// False if the daemon stopped before the end: it drops a row of more than 511 bytes (a user name of some 400) and all that follows.
    /// Version 1 has no user names and does not suffer from it.
    /// </summary>
    public bool IsComplete { get; init; } = true;
}
