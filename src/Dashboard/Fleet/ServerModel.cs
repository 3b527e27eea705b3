using System.Collections.Immutable;
using System.Globalization;

using Dashboard.Live;

using Mgmt.Core.Commands;
using Mgmt.Core.Events;

namespace Dashboard.Fleet;

/// <summary>
/// What is known of one server. Mutable, owned by that server's loop alone; everybody else gets the immutable
/// <see cref="Picture"/>. It outlives connections: what was known is shown as old, not thrown away.
/// </summary>
internal sealed class ServerModel
{
    private static readonly TimeSpan s_throughputKept = TimeSpan.FromMinutes(15);
    private const int MaxMalformedShown = 200;

    private readonly RecentQueue<LogEntry> _log = new(ServerSnapshot.MaxLogLines);
    private readonly RecentQueue<EchoEntry> _echo = new(ServerSnapshot.MaxLogLines);
    private readonly RecentQueue<RatePoint> _throughput;
    private readonly PeerInfo _peerInfo = new();
    private readonly TimeSpan _byteCountInterval;
    private readonly IReadOnlyList<IFleetObserver> _observers;
    private ServerSnapshot _facts;
    private long _lines;
    private long _replays;
    private Moment? _lastThroughputPoint;
    private bool _sessionsKnown;
    private RateMeter _own;

    public ServerModel(ServerOptions options, IReadOnlyList<IFleetObserver> observers, DateTimeOffset now)
    {
        _byteCountInterval = options.ByteCountInterval;
        _observers = observers;
        _throughput = new RecentQueue<RatePoint>((int)Math.Max(2, s_throughputKept / options.ByteCountInterval));
        _facts = new ServerSnapshot(options.Name, options.Endpoint)
        {
            StatusSince = now,
            AsOf = now,
            DialsIn = options is ListenerOptions,
            HasPasswordFile = options.PasswordFile is { Length: > 0 },
            IsGatekeeper = options.Approval is not ApprovalPolicy.Leave,
            ByteCountInterval = options.ByteCountInterval,
            StatusInterval = options.StatusInterval,
        };
        Sessions = new SessionTable(options.Name, options.ByteCountInterval, options.StatusInterval, _peerInfo, observers);
    }

    public SessionTable Sessions { get; }
    public ServerStatus Status => _facts.Status;

    /// <summary>When the sessions were last known to be there: the time of the last status reply.</summary>
    public DateTimeOffset SessionsAsOf { get; private set; }

    /// <summary>Something changed since the last <see cref="Picture"/>.</summary>
    public bool Changed { get; private set; } = true;

    public void SetStatus(ServerStatus status, string detail, string advice, DateTimeOffset now, DateTimeOffset? nextAttempt = null, bool isOverdue = false)
    {
        if ((status, detail, advice, nextAttempt, isOverdue) == (_facts.Status, _facts.Detail, _facts.Advice, _facts.NextAttempt, _facts.IsOverdue))
            return;
        DateTimeOffset since = status == _facts.Status ? _facts.StatusSince : now;
        Set(_facts with { Status = status, StatusSince = since, Detail = detail, Advice = advice, NextAttempt = nextAttempt, IsOverdue = isOverdue });
    }

    public void SetVersion(string release, string text) => Set(_facts with { Version = release, VersionText = text });
    private void SetPid(int pid) => Set(_facts with { Pid = pid });
    public void SetHoldFlag(bool on) => Set(_facts with { HoldFlag = on });
    public void SetDaemonState(string state, DateTimeOffset since) => Set(_facts with { DaemonState = state, DaemonStateSince = since });
    public void SetHoldIsExpected(bool expected) => Set(_facts with { HoldIsExpected = expected });
    public void SetWaiting(ImmutableArray<WaitingClient> waiting)
    {
        if (waiting != _facts.Waiting)
            Set(_facts with { Waiting = waiting });
    }

    public void SetLastSeen(DateTimeOffset now) => Set(_facts with { LastSeen = now });
    public void SetVerb(int? verb) => Set(_facts with { Verb = verb });
    public void SetClientAuth(bool present) => Set(_facts with { ClientAuth = present });
    public void SetConnection(ConnectionFacts facts) => Set(_facts with { Connection = facts });

    /// <summary>A new connection: what the last one showed of the daemon's ways may have changed.</summary>
    public void BeginConnection(Moment now)
    {
        BeginReplay();
        RestartRates(now);
        Set(_facts with { ClientAuth = null, Role = DaemonRole.Unknown, Own = OwnTunnel.None, LastByteCount = null, ListIsComplete = true });
    }

    /// <summary>The daemon is asked for what it remembers, and may tell what it told before.</summary>
    public void BeginReplay() => _replays++;

    /// <summary>Nobody read for a while: no rate reaches across the gap.</summary>
    public void RestartRates(Moment now)
    {
        _own = default;
        Sessions.RestartRates();
        _throughput.Add(RatePoint.Unknown(now.Wall));
        Changed = true;
    }

    public DaemonRole Role => _facts.Role;

    /// <summary>A process that becomes a client has no sessions, and none that are old.</summary>
    public void SetRole(DaemonRole role)
    {
        if (role == _facts.Role)
            return;
        _sessionsKnown &= role is not DaemonRole.Client;
        Set(_facts with { Role = role });
    }

    public void SetQuestions(ImmutableArray<DaemonQuestion> questions)
    {
        if (questions != _facts.Questions)
            Set(_facts with { Questions = questions });
    }

    /// <summary>Addresses stand in some states and not in others; they are gone when the tunnel is.</summary>
    public void SetOwnAddresses(ManagementEvent.State state)
    {
        OwnTunnel own = state.Kind switch
        {
            DaemonState.Reconnecting or DaemonState.Exiting => _facts.Own with { Address = "", Address6 = "", RemoteAddress = "", RemotePort = null },
            DaemonState.Connected => _facts.Own with { Address = state.TunnelAddress, Address6 = state.TunnelAddress6, RemoteAddress = state.RemoteAddress, RemotePort = state.RemotePort },
            _ => _facts.Own,
        };
        if (own != _facts.Own)
            Set(_facts with { Own = own });
    }

    /// <summary>Totals of a process that is a client.</summary>
    public void Apply(ManagementEvent.ProcessByteCount count, Moment now)
    {
        if (count.Received > long.MaxValue || count.Sent > long.MaxValue)
        {
            AddUnreadable(string.Create(CultureInfo.InvariantCulture, $"BYTECOUNT:{count.Received},{count.Sent}"));
            return;
        }
        _own.Read((long)count.Received, (long)count.Sent, now, _byteCountInterval);
        Set(_facts with { LastByteCount = now.Wall, Own = _facts.Own with { ReceivedBytes = (long)count.Received, SentBytes = (long)count.Sent } });
    }

    public bool? ClientAuth => _facts.ClientAuth;

    public bool Apply(ManagementEvent.ByteCounts counts, Moment now)
    {
        Set(_facts with { LastByteCount = now.Wall });
        return Sessions.Apply(counts, now);
    }

    /// <summary>Nothing has moved since the last list: it is as good as a new one.</summary>
    public void ConfirmSessions(Moment now)
    {
        SessionsAsOf = now.Wall;
        Set(_facts with { ClientsAsOf = now.Wall });
    }

    /// <summary>The daemon said that it restarts or ends, and all its sessions with it.</summary>
    public void EndSessions(string reason, Moment now) => Sessions.EndAll(reason, now.Wall, now.Wall);

    /// <summary>
    /// Meets the daemon again. Another process, or one that came through at another moment than the one that was watched, knows
    /// nothing of the sessions there were: they ended before it began.
    /// </summary>
    public void MeetAgain(int pid, ManagementEvent.State? state, Moment now)
    {
        bool isAnother = _facts.Pid is { } former && former != pid;
        bool isAnew = state is { Kind: DaemonState.Connected } && _facts.DaemonState == state.Name && _facts.DaemonStateSince != state.Time;
        bool isDown = state is { Kind: not DaemonState.Connected };
        SetPid(pid);
        if (SessionsAsOf == default || !(isAnother || isAnew || isDown))
            return;
        DateTimeOffset began = state is null || isDown ? now.Wall : state.Time - (_facts.ClockSkew ?? TimeSpan.Zero);
        Sessions.EndAll("OpenVPN was restarted", SessionsAsOf, began < SessionsAsOf ? SessionsAsOf : began > now.Wall ? now.Wall : began);
    }

    public void Apply(Mgmt.Core.Status.StatusReply status, Moment now)
    {
        if (status.Process is not null)
            return; // a client lists nobody, and its byte counts tell more
        Sessions.Apply(status, SessionsAsOf == default ? now.Wall : SessionsAsOf, now);
        (_sessionsKnown, SessionsAsOf) = (true, now.Wall);
        Set(_facts with
        {
            ClockSkew = status.Time - now.Wall,
            ClientsAsOf = now.Wall,
            ListIsComplete = status.IsComplete,
            Dco = status.GlobalStatistics.DcoEnabled,
        });
        foreach (Mgmt.Core.Status.MalformedRow row in status.MalformedRows)
            AddUnreadable(row.Line);
        if (status.MalformedRows is [.., var last] && Shorten(last.Line) != _facts.LastMalformedLine)
            AddMalformed(last.Line); // not once more in every list
    }

    /// <summary>The totals of the whole process.</summary>
    public void Apply(LoadStats load, Moment now)
    {
        if (_facts.Dco is not true) // what the kernel moves may be missing in them
            Sessions.Apply(load, now);
    }

    /// <summary>A reading of counters that cannot be: it costs itself, and is counted.</summary>
    public void AddUnreadable(string reading) =>
        Set(_facts with { UnreadableReadings = _facts.UnreadableReadings + 1, LastUnreadableReading = Shorten(reading) });

    public void AddMalformed(string line) =>
        Set(_facts with { MalformedLines = _facts.MalformedLines + 1, LastMalformedLine = Shorten(line) });

    /// <param name="isCached">From before this connection.</param>
    /// <returns>Whether it tells of somebody's coming or going: a list of clients will tell who.</returns>
    public bool AddLog(ManagementEvent.Log line, bool isCached = false)
    {
        if (DaemonLog.IsTraceOfWatching(line.Text))
            return false;
        _peerInfo.Read(line.Text);
        LogEntry entry = new(++_lines, line.Time, DaemonLog.SeverityOf(line.Flags), Secrets.Mask(line.Text));
        _log.Add(entry);
        Tell(ServerEventKind.Log, entry.At, entry.Text, isCached, entry.Severity);
        Changed = true;
        return Sessions.ReadLog(line.Text, isCached);
    }

    public void AddEcho(ManagementEvent.Echo line, bool isCached = false)
    {
        EchoEntry entry = new(++_lines, line.Time, Secrets.Mask(line.Text));
        _echo.Add(entry);
        Tell(ServerEventKind.Echo, entry.At, entry.Text, isCached);
        Changed = true;
    }

    public void Tell(ServerEventKind kind, DateTimeOffset at, string text, bool isCached = false, LogSeverity severity = LogSeverity.Info)
    {
        foreach (IFleetObserver observer in _observers)
            observer.Happened(new ServerEvent(_facts.Name, kind, at, severity, text, isCached ? _replays : 0));
    }

    public void TellRefused(string? client, string address, string how, DateTimeOffset at)
    {
        foreach (IFleetObserver observer in _observers)
            observer.Happened(new ServerEvent(_facts.Name, ServerEventKind.AuthFailure, at, LogSeverity.Warning, Secrets.Mask($"{client ?? "A client"} from {address}: {how}")) { Client = client, Address = address });
    }

    /// <summary>A new connection repeats the daemon's cached lines, and has broken no rule yet.</summary>
    public void ForgetLines()
    {
        Set(_facts with { MalformedLines = 0, LastMalformedLine = null });
        _log.Clear();
        _echo.Clear();
        Changed = true;
    }

    /// <summary>Adds up the rates and extends the throughput, when its time has come.</summary>
    public void Tick(Moment now)
    {
        if (_lastThroughputPoint is { } last && now - last < _byteCountInterval)
            return;
        _lastThroughputPoint = now;
        Sessions.Tick(now);
        _own.Expire(now, _byteCountInterval);
        _throughput.Add(Throughput(now.Wall));
        Changed = true;
    }

    public ServerSnapshot Picture(DateTimeOffset now)
    {
        (double? received, double? sent, RateSource source) = _facts.IsLive ? Total : default;
        Changed = false;
        return _facts = _facts with
        {
            Clients = _sessionsKnown ? Sessions.Picture() : null,
            ClientChanges = Sessions.Changes,
            WrongReadings = Sessions.WrongReadings,
            ReceivedRate = received,
            SentRate = sent,
            RateSource = source,
            Throughput = _throughput.Picture,
            Log = _log.Picture,
            Echo = _echo.Picture,
            AsOf = now,
        };
    }

    // Unknown means that nobody watched. A client that has just come has no rate yet, and a held daemon no clients: that is
    // seen, and nothing moves.
    private RatePoint Throughput(DateTimeOffset now)
    {
        if (_facts.Status is not (ServerStatus.Live or ServerStatus.Held or ServerStatus.Starting))
            return RatePoint.Unknown(now);
        (double? received, double? sent, _) = Total;
        bool isFirst = _throughput.Picture is not [.., { IsKnown: true }];
        return received is { } r && sent is { } s ? new RatePoint(now, (float)r, (float)s) : isFirst ? RatePoint.Unknown(now) : new RatePoint(now, 0, 0);
    }

    private (double? Received, double? Sent, RateSource Source) Total =>
        _facts.Role is not DaemonRole.Client ? Sessions.Throughput
        : (_own.Received, _own.Sent, _own.Received is null ? RateSource.None : RateSource.ByteCount);

    private void Set(ServerSnapshot facts)
    {
        _facts = facts;
        Changed = true;
    }

    private static string Shorten(string line) => Secrets.Mask(line.Length > MaxMalformedShown ? line[..MaxMalformedShown] + "…" : line);
}
