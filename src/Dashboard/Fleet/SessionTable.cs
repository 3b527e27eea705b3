using System.Collections.Immutable;

using Dashboard.Live;

using Mgmt.Core;
using Mgmt.Core.Commands;
using Mgmt.Core.Events;
using Mgmt.Core.Status;

namespace Dashboard.Fleet;

/// <summary>
/// The sessions of one server: learns of them from <c>status 3</c>, byte counts and <c>&gt;CLIENT</c> notifications, in the
/// order in which the daemon said them, and tells the observers. No I/O, no clock of its own.
/// </summary>
internal sealed class SessionTable(string server, TimeSpan byteCountInterval, TimeSpan statusInterval, PeerInfo peerInfo, IReadOnlyList<IFleetObserver> observers)
{
    private readonly Dictionary<ClientId, TrackedSession> _sessions = [];
    private readonly DepartureReasons _reasons = new();

    // Totals of the process that no session can exceed; null where they are not seen to hold (with DCO they lack what the kernel moves).
    private LoadStats? _total;
    private readonly HashSet<ClientId> _ahead = []; // who exceeded the last ones, and must not exceed the next

    /// <summary>Readings of counters that were not believed, or taken back.</summary>
    public long WrongReadings { get; private set; }

    /// <summary>Grows with every session that comes, goes or is known better: by another name, with an address.</summary>
    public long Changes { get; private set; }

    /// <summary>Bytes per second, sum of what is known; null while no session has a rate and some have none yet.</summary>
    public (double? Received, double? Sent, RateSource Source) Throughput { get; private set; }

    public TrackedSession? Find(ClientId client) => _sessions.GetValueOrDefault(client);

    public IEnumerable<TrackedSession> All => _sessions.Values;

    public ImmutableArray<ClientSnapshot> Picture() => [.. _sessions.Values.Select(s => s.Picture)];

    /// <summary>Takes a list of clients: who is not on it is gone, unless OpenVPN cut the list off.</summary>
    /// <param name="lastSeen">When the sessions were last known to be there.</param>
    public void Apply(StatusReply status, DateTimeOffset lastSeen, Moment now)
    {
        HashSet<ClientId> listed = [];
        Dictionary<string, string> learned = LearnedAddresses(status);
        foreach (StatusClient row in status.Clients)
        {
            if (row.Id is not { } cid || row.ConnectedSince is not { } since)
                continue; // 2.3 and older: no CID to hold on to
            listed.Add(cid);
            TrackedSession session = Track(new SessionIdentity(server, cid, since, row.CommonName, row.RealAddress.Text), lastSeen, now, out bool isNew);
            string? virtualAddress = Known(row.VirtualAddress), virtualAddress6 = Known(row.VirtualAddress6);
            if (virtualAddress is null && virtualAddress6 is null)
                virtualAddress = learned.GetValueOrDefault(row.RealAddress.Text);
            SessionDetails details = new(Known(row.Username), virtualAddress, virtualAddress6, null, Cipher(row));
            bool isNews = Learn(session, row.CommonName, details, row.RealAddress.Text, now);
            if (isNew && !isNews)
                Report(session, now);
            (long received, long sent) = (session.Received, session.Sent);
            Note(session, session.ReadStatus(row.BytesReceived, row.BytesSent, now, status.Time ?? now.Wall, statusInterval), received, sent, now);
        }
        if (!status.IsComplete)
            return;
        foreach (TrackedSession gone in _sessions.Values.Where(session => !listed.Contains(session.Identity.Cid) && !status.MalformedRows.Any(row => MayBe(row, session))).ToArray())
            End(gone.Identity.Cid, lastSeen, now.Wall, null);
    }

    /// <summary>
    /// Takes a list without CIDs (<c>status 1</c>) where the one with them was cut off: whose name and address are not on it
    /// is gone. A row that nobody can read keeps everybody whose name it may begin with.
    /// </summary>
    /// <param name="lastSeen">When the sessions were last known to be there.</param>
    public void EndAbsent(StatusReply names, DateTimeOffset lastSeen, Moment now)
    {
        HashSet<(string, string)> listed = [.. names.Clients.Select(row => (row.CommonName, row.RealAddress.Text))];
        Dictionary<string, string> learned = LearnedAddresses(names);
        foreach (TrackedSession session in _sessions.Values.ToArray())
        {
            string name = session.Identity.CommonName;
            if (session.Details is { VirtualAddress: null, VirtualAddress6: null } && learned.TryGetValue(session.RealAddress, out string? address))
                Learn(session, name, session.Details with { VirtualAddress = address }, session.RealAddress, now);
            if (!listed.Contains((name, session.RealAddress)) && !names.MalformedRows.Any(row => row.Line.StartsWith(name + ",", StringComparison.Ordinal)))
                End(session.Identity.Cid, lastSeen, now.Wall, null);
        }
    }

    /// <returns>Whether all of them belong to known sessions; if not, a status will tell who is new.</returns>
    public bool Apply(ManagementEvent.ByteCounts batch, Moment now)
    {
        bool allKnown = true;
        foreach (ByteCount count in batch.Counts)
        {
            if (Find(count.Client) is { } session)
                Count(session, count.Received, count.Sent, now);
            else
                allKnown = false;
        }
        return allKnown;
    }

    /// <summary>
    /// <c>&gt;CLIENT:ESTABLISHED</c> tells the name by which the session goes from now on, and what a status row does not know:
    /// the client's platform.
    /// </summary>
    /// <returns>Whether the session is known; if not, a status will tell.</returns>
    public bool Apply(ManagementEvent.ClientEstablished established, Moment now)
    {
        ClientEnvironment environment = established.Environment;
        if (Find(established.Client) is not { } session)
        {
            Remember(established);
            return false;
        }
        SessionDetails details = new(environment.Username, environment.VirtualAddress, environment.VirtualAddress6, Platform.Describe(environment), null)
        {
            CertificateName = CertificateName(environment),
        };
        Learn(session, environment.CommonName is { Length: > 0 } name ? name : session.Identity.CommonName, details, session.RealAddress, now);
        return true;
    }

    /// <summary>Keeps what an <c>ESTABLISHED</c> tells until a list says whose it is.</summary>
    public void Remember(ManagementEvent.ClientEstablished established) =>
        _established[established.Client] = (Platform.Describe(established.Environment), CertificateName(established.Environment));

    /// <summary><c>&gt;CLIENT:DISCONNECT</c> brings the session's last counters.</summary>
    public void Apply(ManagementEvent.ClientDisconnect disconnect, Moment now)
    {
        _established.Remove(disconnect.Client);
        if (Find(disconnect.Client) is not { } session)
            return;
        if (disconnect.Environment is { BytesReceived: { } received, BytesSent: { } sent })
            Count(session, received, sent, now);
        End(disconnect.Client, now.Wall, now.Wall, null);
    }

    /// <summary>The daemon restarts or ends: every session is over and CIDs begin again.</summary>
    public void EndAll(string reason, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        foreach (ClientId cid in _sessions.Keys.ToArray())
            End(cid, notBefore, notAfter, reason);
        _established.Clear();
        _reasons.Clear();
    }

    /// <summary>Takes from the daemon's log why somebody leaves.</summary>
    /// <returns>Whether somebody comes or goes: a list will tell who.</returns>
    public bool ReadLog(string line, bool isCached = false) => _reasons.Read(line, isCached) || DepartureLog.IsArrival(line);

    /// <summary>This session was ended through us; it is gone when the list says so.</summary>
    /// <param name="how">By whom, in words; null where that is not known.</param>
    public void Killed(ClientId client, string? how) => _reasons.Killed(client, how);

    /// <summary>Whether the daemon was told to end this session, and it is listed still.</summary>
    public bool IsKilled(ClientId client) => _reasons.IsKilled(client);

    /// <summary>
    /// Takes the totals of the whole process (<c>load-stats</c>), which hold every session's: a counter that was read before them and exceeds them
    /// was read wrong.
    /// </summary>
    public void Apply(LoadStats total, Moment now)
    {
        if (_total is { } before && (total.BytesIn < before.BytesIn || total.BytesOut < before.BytesOut))
            _total = null; // another process, or a wrong reading of its own
        if (_total is null)
        {
            _total = _sessions.Count > 0 && !_sessions.Values.Any(session => Exceeds(session, total)) ? total : null;
        }
        else
        {
            _total = total;
            foreach (TrackedSession session in _ahead.Select(Find).OfType<TrackedSession>().Where(session => Exceeds(session, total)))
            {
                session.Refute();
                Correct(session, now);
                _total = null; // until they are seen to hold again
            }
        }
        _ahead.Clear();
    }

    /// <inheritdoc cref="TrackedSession.RestartRates"/>
    public void RestartRates()
    {
        foreach (TrackedSession session in _sessions.Values)
            session.RestartRates();
    }

    /// <summary>Lets the rates of silent clients fall and adds them up.</summary>
    public void Tick(Moment now)
    {
        double received = 0, sent = 0;
        RateSource source = RateSource.None;
        foreach (TrackedSession session in _sessions.Values)
        {
            session.Tick(now, byteCountInterval, statusInterval);
            if (session.ReceivedRate is { } r && session.SentRate is { } s)
            {
                received += r;
                sent += s;
                source = session.RateSource is RateSource.ByteCount || source is RateSource.None ? session.RateSource : source;
            }
        }
        Throughput = source is RateSource.None && _sessions.Count > 0 ? (null, null, RateSource.None) : (received, sent, source);
    }

    // ESTABLISHED may come before the status that names the session.
    private readonly Dictionary<ClientId, (string? Platform, string? Certificate)> _established = [];

    private TrackedSession Track(SessionIdentity identity, DateTimeOffset lastSeen, Moment now, out bool isNew)
    {
        isNew = false;
        if (Find(identity.Cid) is { } known)
        {
            if (known.Identity.Id == identity.Id)
                return known;
            End(identity.Cid, lastSeen, now.Wall, null); // the CID means somebody else now
        }
        TrackedSession session = new(identity);
        _sessions.Add(identity.Cid, session);
        Changes++;
        _established.Remove(identity.Cid, out (string? Platform, string? Certificate) said);
        session.Learn(new SessionDetails(null, null, null, said.Platform ?? peerInfo.Find(identity.RealAddress), null) { CertificateName = said.Certificate }, identity.RealAddress);
        isNew = true;
        return session;
    }

    private void End(ClientId cid, DateTimeOffset notBefore, DateTimeOffset notAfter, string? reason)
    {
        if (!_sessions.Remove(cid, out TrackedSession? session))
            return;
        Changes++;
        reason ??= _reasons.Take(session, () => _sessions.Values.Any(other => other.Identity.CommonName == session.Identity.CommonName));
        if (!IsAccountable(session))
            return;
        foreach (IFleetObserver observer in observers)
            observer.SessionEnded(session.Identity.Id, notBefore, notAfter, reason);
    }

    private bool Learn(TrackedSession session, string commonName, SessionDetails news, string realAddress, Moment now)
    {
        bool isNews = session.Rename(commonName) | session.Learn(news, realAddress);
        if (isNews)
        {
            Changes++;
            Report(session, now);
        }
        return isNews;
    }

    private void Report(TrackedSession session, Moment now)
    {
        if (!IsAccountable(session))
            return;
        foreach (IFleetObserver observer in observers)
            observer.SessionSeen(session.Identity, session.Details with { RealAddress = session.RealAddress }, now.Wall);
    }

    private void Count(TrackedSession session, ulong received, ulong sent, Moment now)
    {
        (long receivedBefore, long sentBefore) = (session.Received, session.Sent);
        Note(session, session.ReadByteCount(received, sent, now, byteCountInterval), receivedBefore, sentBefore, now);
    }

    /// <summary>Tells what comes of a reading of a session's counters.</summary>
    private void Note(TrackedSession session, bool isBelieved, long received, long sent, Moment now)
    {
        if (!isBelieved)
        {
            WrongReadings++;
            return;
        }
        if (_total is { } total && Exceeds(session, total))
            _ahead.Add(session.Identity.Cid);
        if (session.Received < received || session.Sent < sent)
            Correct(session, now);
        else
            ReportCounters(session, now);
    }

    private void ReportCounters(TrackedSession session, Moment now)
    {
        if (!IsAccountable(session))
            return;
        foreach (IFleetObserver observer in observers)
            observer.CountersReported(session.Identity.Id, session.Received, session.Sent, now.Wall);
    }

    /// <summary>An earlier reading was wrong: what was counted by it is taken back.</summary>
    private void Correct(TrackedSession session, Moment now)
    {
        WrongReadings++;
        if (!IsAccountable(session))
            return;
        foreach (IFleetObserver observer in observers)
            observer.CountersCorrected(session.Identity.Id, session.Received, session.Sent, now.Wall);
    }

    private static bool Exceeds(TrackedSession session, LoadStats total) =>
        (ulong)session.AsRead.Received > total.BytesIn || (ulong)session.AsRead.Sent > total.BytesOut;

    // A row that cannot be read ends nobody who may stand in it.
    private static bool MayBe(MalformedRow row, TrackedSession session) =>
        row.Client is { } client ? client == session.Identity.Cid : row.Line.Split('\t').Contains(session.Identity.CommonName, StringComparer.Ordinal);

    // A connection that has not said who it is gets no row in history. One whose name is "UNDEF" has a tunnel address.
    private static bool IsAccountable(TrackedSession session) =>
        session.Identity.CommonName != StatusClient.Undefined || session.Details is not { VirtualAddress: null, VirtualAddress6: null };

    // Where OpenVPN gives no addresses (a bridge with DHCP), a client's is the first that packets taught it: 02:00:5e:00:53:01@0.
    // By the address that the client comes from.
    private static Dictionary<string, string> LearnedAddresses(StatusReply status)
    {
        Dictionary<string, string> addresses = [];
        if (status.Clients.Any(row => row is { VirtualAddress: null or "", VirtualAddress6: null or "" }))
        {
            foreach (StatusRoute route in status.Routes.Where(route => !route.IsCached && !route.VirtualAddress.Contains('/', StringComparison.Ordinal)))
                addresses.TryAdd(route.RealAddress.Text, route.VirtualAddress);
        }
        return addresses;
    }

    // OpenVPN says nothing of a certificate where there is none; an environment without anything in it says nothing at all.
    private static string? CertificateName(ClientEnvironment environment) =>
        environment["X509_0_CN"] ?? (environment.Count > 0 && !environment.Any(variable => variable.Key.StartsWith("X509_0_", StringComparison.Ordinal)) ? "" : null);

    private static string? Known(string? text) => text is null or "" or StatusClient.Undefined ? null : text;

    // The cipher of a client that is not through yet is meaningless.
    private static string? Cipher(StatusClient row) => row is { VirtualAddress: null or "", VirtualAddress6: null or "" } ? null : Known(row.Cipher);
}
