using Dashboard.History;
using Dashboard.Live;

using Tests.Shared;

namespace Dashboard.Tests.History;

/// <summary>
/// A daemon whose sessions come, move bytes and go, and which is restarted, watched by dashboards that are killed, lose their
/// line and their database, on a machine whose clock is set back, all at random from a seed.
/// </summary>
internal sealed class AccountingChaos(IHistoryStore store, int seed, Func<Task<bool>>? sabotagedFlush = null) : IDisposable
{
    private readonly Random _random = new(seed);
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 22, 30, 0, TimeSpan.Zero)); // over midnight soon
    private readonly List<Client> _alive = [];
    private uint _nextCid;
    private bool _watching;

    public HistoryProcess Process { get; private set; } = null!;

    /// <summary>Every session that any dashboard has seen, with the last counters that any dashboard was told.</summary>
    public List<Client> Seen { get; } = [];

    public async Task RunAsync(int steps)
    {
        Start();
        for (int i = 0; i < steps; i++)
            await StepAsync();

        if (!_watching)
            Watch();
        ReportAll();
        _time.Advance(TimeSpan.FromMinutes(2));
        for (int attempts = 0; !await Process.FlushAsync(everything: true); attempts++)
            Assert.True(attempts < 30, "The last flush does not succeed.");
        Assert.Equal(0, Process.Ledger.Waiting);
    }

    public void Dispose() => Process?.Dispose();

    private async Task StepAsync()
    {
        Move();
        switch (_random.Next(100))
        {
            case < 40:
                ReportSome();
                break;
            case < 60:
                await Process.FlushAsync(everything: _random.Next(4) == 0);
                break;
            case < 70:
                await (sabotagedFlush?.Invoke() ?? Process.FlushAsync());
                break;
            case < 78:
                Connect();
                break;
            case < 84:
                Disconnect();
                break;
            case < 88 when _watching:
                _watching = false;
                Process.Fleet.WatchChanged("paris", watching: false, _time.GetUtcNow());
                break;
            case < 92 when !_watching:
                Watch();
                break;
            case < 95:
                Process.Dispose(); // kill -9
                Start();
                break;
            case < 97:
                Process.Ledger.Compact();
                break;
            case 97:
                RestartDaemon();
                break;
            case 98:
                _time.StepWallClock(-TimeSpan.FromSeconds(_random.Next(3600)));
                break;
            default:
                break;
        }
    }

    /// <summary>Time passes and the VPN works, whoever watches.</summary>
    private void Move()
    {
        _time.Advance(TimeSpan.FromMilliseconds(_random.Next(90_000)));
        foreach (Client client in _alive.Where(_ => _random.Next(3) > 0))
        {
            client.Received += _random.NextInt64(1_000_000);
            client.Sent += _random.NextInt64(5_000_000_000);
        }
    }

    private void Start()
    {
        Process = new HistoryProcess(store, _time);
        foreach (Client client in Seen)
            client.IsInMemory = false;
        Watch();
    }

    private void Watch()
    {
        _watching = true;
        Process.Fleet.WatchChanged("paris", watching: true, _time.GetUtcNow());
        foreach (Client gone in Seen.Where(client => client.IsInMemory && !_alive.Contains(client)))
            Process.Fleet.SessionEnded(gone.Session.Id, _time.GetUtcNow().AddMinutes(-1), _time.GetUtcNow(), null);
        ReportAll();
    }

    private void ReportAll()
    {
        foreach (Client client in _alive)
            Report(client);
    }

    private void ReportSome()
    {
        if (!_watching)
            return;
        foreach (Client client in _alive.Where(_ => _random.Next(2) == 0))
            Report(client);
    }

    private void Report(Client client)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (!client.IsInMemory)
        {
            client.IsInMemory = true;
            if (!Seen.Contains(client))
                Seen.Add(client);
            Process.Fleet.SessionSeen(client.Session, SampleSessions.Details, now);
        }
        (client.ReportedReceived, client.ReportedSent) = (client.Received, client.Sent);
        Process.Fleet.CountersReported(client.Session.Id, client.Received, client.Sent, now);
        if (_random.Next(10) == 0) // an older reading that comes late
            Process.Fleet.CountersReported(client.Session.Id, client.Received / 2, client.Sent / 2, now);
    }

    private void Connect() => _alive.Add(new Client(SampleSessions.Session(_nextCid++, _time.GetUtcNow())));

    /// <summary>Every session is over, nobody told, and the CIDs begin again.</summary>
    private void RestartDaemon()
    {
        if (_watching)
            Process.Fleet.WatchChanged("paris", watching: false, _time.GetUtcNow());
        _watching = false;
        _alive.Clear();
        _nextCid = 0;
    }

    private void Disconnect()
    {
        if (_alive.Count == 0)
            return;
        Client client = _alive[_random.Next(_alive.Count)];
        if (_watching)
        {
            Report(client); // >CLIENT:DISCONNECT brings the last counters
            Process.Fleet.SessionEnded(client.Session.Id, _time.GetUtcNow(), _time.GetUtcNow(), "bye");
            client.IsInMemory = false;
            client.EndedIn = Process;
        }
        _alive.Remove(client);
    }

    /// <summary>Whether the last report reached a dashboard that lived to write it.</summary>
    public bool IsAccountable(Client client) => client.IsInMemory || client.EndedIn == Process;

    internal sealed class Client(SessionIdentity session)
    {
        public SessionIdentity Session => session;
        public long Received { get; set; }
        public long Sent { get; set; }
        public long ReportedReceived { get; set; }
        public long ReportedSent { get; set; }
        public bool IsInMemory { get; set; }
        public HistoryProcess? EndedIn { get; set; }
    }
}
