namespace Dashboard.History.Schema;

/// <summary>One client session, from its connect to its end.</summary>
internal sealed class SessionRow
{
    /// <summary>Stands for the session in <c>traffic</c>, of which there are very many rows: four bytes, not sixteen.</summary>
    public int Number { get; set; }

    /// <summary>The session's <see cref="Live.SessionId"/>.</summary>
    public Guid Id { get; set; }
    public int ServerId { get; set; }
    public int UserId { get; set; }
    public long Cid { get; set; }

    /// <summary>By the daemon's clock; everything else is by ours.</summary>
    public DateTimeOffset ConnectedSince { get; set; }
    public required string RealAddress { get; set; }

    /// <summary>Every real address that it was seen from, in order, the first included.</summary>
    public string[] Addresses { get; set; } = [];
    public string? VirtualAddress { get; set; }
    public string? VirtualAddress6 { get; set; }
    public string? Platform { get; set; }
    public string? Cipher { get; set; }
    public DateTimeOffset FirstSeen { get; set; }

    /// <summary>When the counters below were reported.</summary>
    public DateTimeOffset LastSeen { get; set; }

    /// <summary>The end lies between these two, which are the same where it was seen; null while the session lives.</summary>
    public DateTimeOffset? EndedNotBefore { get; set; }
    public DateTimeOffset? EndedNotAfter { get; set; }
    public string? EndReason { get; set; }

    /// <summary>Bytes from the client. Always the sum of the session's rows in <c>traffic</c>: the two are written together.</summary>
    public long Received { get; set; }

    /// <summary>Bytes to the client.</summary>
    public long Sent { get; set; }
}
