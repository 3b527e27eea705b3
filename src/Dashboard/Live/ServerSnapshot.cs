using System.Collections.Immutable;

namespace Dashboard.Live;

/// <summary>Everything that is true now of one server. Immutable: a change is a new snapshot.</summary>
public sealed record ServerSnapshot(string Name, string Endpoint)
{
    public ServerStatus Status { get; init; } = ServerStatus.Connecting;

    /// <summary>When <see cref="Status"/> became what it is, our clock.</summary>
    public DateTimeOffset StatusSince { get; init; }

    /// <summary>It has been starting, or looking for its server or peer, for longer than it may.</summary>
    public bool IsOverdue { get; init; }

    /// <summary>The reason in words, for a person; empty when there is nothing to add.</summary>
    public string Detail { get; init; } = "";

    /// <summary>What a person can do about it; empty when nothing needs doing.</summary>
    public string Advice { get; init; } = "";

    /// <summary>When the next attempt to connect is made; null while connected.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>When the daemon last said anything; null if it never did.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>The release, for example <c>2.6.14</c>; null until known.</summary>
    public string? Version { get; init; }

    /// <summary>The whole version line of the daemon.</summary>
    public string? VersionText { get; init; }
    public int? Pid { get; init; }

    /// <summary>OpenVPN's own state word, for example <c>CONNECTED</c>, and since when (the daemon's clock).</summary>
    public string? DaemonState { get; init; }
    public DateTimeOffset? DaemonStateSince { get; init; }

    /// <summary>Whether OpenVPN will wait for a release at its next start; null until known.</summary>
    public bool? HoldFlag { get; init; }

    /// <summary>A hold is somebody else's business here: no reason to call for a person.</summary>
    public bool HoldIsExpected { get; init; }

    /// <summary>We answer OpenVPN's question who may come in, so that a block keeps a client out and does not only send it away again.</summary>
    public bool IsGatekeeper { get; init; }

    /// <summary>Clients that wait for a person's decision, the longest waiting first.</summary>
    public ImmutableArray<WaitingClient> Waiting { get; init; } = [];

    /// <summary>It dials us, rather than we it, and ends when its management session ends.</summary>
    public bool DialsIn { get; init; }

    /// <summary>The configuration has a management password for it.</summary>
    public bool HasPasswordFile { get; init; }

    public DaemonRole Role { get; init; }

    /// <summary>The tunnel of a process that is a client.</summary>
    public OwnTunnel Own { get; init; } = OwnTunnel.None;

    /// <summary>What OpenVPN waits to be told, the oldest first.</summary>
    public ImmutableArray<DaemonQuestion> Questions { get; init; } = [];

    /// <summary>Null until the first status reply; then every session, in no order. Kept, and old, while the server is not live.</summary>
    public ImmutableArray<ClientSnapshot>? Clients { get; init; }

    /// <summary>Grows with every client that comes, goes or is known better: while it is the same, each stands in its place in <see cref="Clients"/>.</summary>
    public long ClientChanges { get; init; }

    /// <summary>When the clients were last known to be these: the last list, or a later word that nothing has moved since.</summary>
    public DateTimeOffset? ClientsAsOf { get; init; }

    /// <summary>False where the daemon cut its last list of clients off: an over-long user name does that.</summary>
    public bool ListIsComplete { get; init; } = true;

    /// <summary>Sum over the clients, bytes per second; null when unknown.</summary>
    public double? ReceivedRate { get; init; }
    public double? SentRate { get; init; }
    public RateSource RateSource { get; init; }

    /// <summary>Throughput of the last quarter of an hour, one point for each <c>ByteCountInterval</c>, oldest first.</summary>
    public ImmutableArray<RatePoint> Throughput { get; init; } = [];

    /// <summary>The end of the log, oldest first, at most <see cref="MaxLogLines"/> lines.</summary>
    public ImmutableArray<LogEntry> Log { get; init; } = [];
    public ImmutableArray<EchoEntry> Echo { get; init; } = [];

    /// <summary>Lines that broke the protocol's rules on this connection; the last of them, shortened.</summary>
    public long MalformedLines { get; init; }
    public string? LastMalformedLine { get; init; }

    /// <summary>Readings of counters that could not be read, since the dashboard was started. Each cost itself and nothing else.</summary>
    public long UnreadableReadings { get; init; }

    /// <summary>The last of them as it came.</summary>
    public string? LastUnreadableReading { get; init; }

    /// <summary>Readings of counters that were not believed, or taken back, since the dashboard was started.</summary>
    public long WrongReadings { get; init; }

    /// <summary>The daemon's clock minus ours; null until measured. Its resolution is one second.</summary>
    public TimeSpan? ClockSkew { get; init; }

    /// <summary>Whether the kernel moves the packets (data channel offload); null where the daemon does not say.</summary>
    public bool? Dco { get; init; }

    /// <summary>Whether the daemon asks its management client about each client (<c>management-client-auth</c>); null until an event shows it.</summary>
    public bool? ClientAuth { get; init; }

    /// <summary>When a byte count last came on this connection.</summary>
    public DateTimeOffset? LastByteCount { get; init; }

    /// <summary>How much the daemon logs (<c>verb</c>); null until known.</summary>
    public int? Verb { get; init; }

    /// <summary>How far the last attempt to connect got, and what it learned.</summary>
    public ConnectionFacts Connection { get; init; } = new(ConnectionStage.None);

    /// <summary>How often the daemon is asked to report byte counts, and to list its clients.</summary>
    public TimeSpan ByteCountInterval { get; init; } = TimeSpan.FromSeconds(2);
    public TimeSpan StatusInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>When this snapshot was made, our clock.</summary>
    public DateTimeOffset AsOf { get; init; }

    public const int MaxLogLines = 250;

    /// <summary>Whether what is shown is current. Everything else is drawn as old.</summary>
    public bool IsLive => Status is ServerStatus.Live;

    /// <summary>
    /// How many clients there are, or were when last seen; null where nobody counted: a list that is empty because the
    /// daemon ended or restarts is not a count.
    /// </summary>
    public int? ClientCount => Clients is { } clients && (IsLive || !clients.IsEmpty) ? clients.Length : null;
}
