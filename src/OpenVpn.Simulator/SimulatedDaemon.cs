using System.Net;
using System.Net.Sockets;

using OpenVpn.Simulator.Clients;
using OpenVpn.Simulator.Commands;
using OpenVpn.Simulator.Management;

namespace OpenVpn.Simulator;

/// <summary>
/// An OpenVPN server as seen through its management interface, without tunnels: greets, asks for its password, answers
/// commands, tells what happens to its clients, restarts and ends, all with a server's own words and at a server's pace on
/// the given clock. Its clients do what the caller lets them do. Safe to use from any thread; a new process is a new object.
/// </summary>
public sealed class SimulatedDaemon : IAsyncDisposable
{
    internal const string HoldQuestion = ">HOLD:Waiting for hold release:0";

    private static readonly TimeSpan s_restartPause = TimeSpan.FromSeconds(1);

    private readonly Agenda _agenda;
    private readonly List<ManagementSlot> _slots = [];
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _frozen;
    private string? _restarting;
    private bool _isOver;

    /// <summary>Starts the process: it comes up at once, or waits for a release where the options say so.</summary>
    public SimulatedDaemon(DaemonOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (Options, Time, Dialect) = (options, time ?? TimeProvider.System, new Dialect(options));
        _agenda = new Agenda(Gate, Time);
        Port = new ManagementPort(options, Time);
        Clients = new ClientRegistry(options, Dialect, Port, _agenda, Time);
        Commands = new CommandTable(this);
        HoldFlag = options.Hold;
        lock (Gate)
        {
            Port.Log(1, "I", Dialect.Title);
            Port.State("CONNECTING", "", withAddress: false);
            if (HoldFlag)
                IsHeld = true;
            else
                ComeUp();
        }
    }

    /// <summary>Completes when the process ends.</summary>
    public Task Exited => _exited.Task;

    /// <summary>Told every command line that is run, as it was received; under the daemon's lock, so it must be quick.</summary>
    public Action<string>? OnCommand { get; set; }

    /// <summary>What waits because the management client does not read: the daemon's memory that it costs.</summary>
    public int UnsentBytes
    {
        get
        {
            lock (Gate)
                return Port.Session?.UnsentBytes ?? 0;
        }
    }

    /// <summary>Whether a management client is in the slot and past the password.</summary>
    public bool IsManaged
    {
        get
        {
            lock (Gate)
                return Port.Session is not null;
        }
    }

    internal Lock Gate { get; } = new();

    internal DaemonOptions Options { get; }

    internal TimeProvider Time { get; }

    internal Dialect Dialect { get; }

    internal ManagementPort Port { get; }

    internal ClientRegistry Clients { get; }

    internal CommandTable Commands { get; }

    internal bool IsHeld { get; private set; }

    internal bool HoldFlag { get; set; }

    /// <summary><c>management</c>: listens. A unix socket's file is replaced, and removed at an orderly end.</summary>
    /// <returns>Where it listens, with the port that was chosen for port 0.</returns>
    public EndPoint Listen(EndPoint endpoint)
    {
        ManagementSlot slot = new(endpoint, this);
        lock (Gate)
            _slots.Add(slot);
        return slot.Endpoint;
    }

    /// <summary><c>management-client</c>: dials out. The process ends when that connection does.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public async Task DialAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        Socket socket = new(endpoint.AddressFamily, SocketType.Stream, endpoint is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        _ = Task.Run(
            async () =>
            {
                using ManagementSession session = new(socket, this);
                await session.RunAsync();
                Signal("SIGTERM");
            },
            CancellationToken.None);
    }

    /// <summary>A client calls, and calls again whenever its session ends, until it leaves or is refused.</summary>
    public void Join(SimulatedClient client)
    {
        lock (Gate)
            Clients.Join(client);
    }

    /// <summary>A client goes.</summary>
    /// <param name="callsAgain">Whether it is back after <see cref="DaemonOptions.PingRestart"/>.</param>
    public void Leave(SimulatedClient client, LeaveReason reason, bool callsAgain = false)
    {
        ArgumentNullException.ThrowIfNull(client);
        lock (Gate)
            Clients.Leave(client, reason, callsAgain);
    }

    /// <summary>Packets of a client pass: bytes from it and to it. Nothing happens while its tunnel is down.</summary>
    public void Move(SimulatedClient client, long received, long sent)
    {
        ArgumentNullException.ThrowIfNull(client);
        lock (Gate)
        {
            if (_frozen is null)
                Clients.Move(client, received, sent);
        }
    }

    /// <summary>A client negotiates new keys (<c>&gt;CLIENT:REAUTH</c>).</summary>
    public void Renegotiate(SimulatedClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        lock (Gate)
            Clients.Renegotiate(client);
    }

    /// <summary>A client answers a pending question (<c>&gt;CLIENT:CR_RESPONSE</c>) with a text that nobody has checked.</summary>
    public void Respond(SimulatedClient client, string text)
    {
        ArgumentNullException.ThrowIfNull(client);
        lock (Gate)
            Clients.Respond(client, text);
    }

    /// <summary>A line of the daemon's log, as any part of OpenVPN may write one.</summary>
    /// <param name="flags">I, W, N, F, D or nothing.</param>
    public void Log(string flags, string text)
    {
        lock (Gate)
            Port.Log(1, flags, text);
    }

    /// <summary>Text as it is, line ends included, to whoever is connected: for what no daemon should say.</summary>
    public void Say(string text)
    {
        lock (Gate)
            Port.Session?.SayRaw(text);
    }

    /// <summary>A signal from outside (<c>kill -HUP</c>) or from the management client.</summary>
    /// <param name="name">SIGUSR1, SIGUSR2, SIGHUP, SIGINT or SIGTERM.</param>
    public void Signal(string name)
    {
        lock (Gate)
        {
            switch (name)
            {
                case "SIGUSR1" or "SIGHUP" when !IsHeld && _restarting is null:
                    Restart(name);
                    break;
                case "SIGUSR2" when !IsHeld:
                    foreach (string line in StatusText.Of(1, Clients.InHashOrder, Dialect, Time.GetUtcNow(), Time.LocalTimeZone).Lines)
                        Port.Log(1, "I", line);
                    break;
                case "SIGUSR2" or "SIGTERM" or "SIGINT": // held, SIGUSR2 ends it
                    Clients.Close();
                    Port.State("EXITING", name, withAddress: false);
                    End(flush: true);
                    break;
            }
        }
    }

    /// <summary>The daemon is busy elsewhere (a script, a name that does not resolve): it reads nothing, writes nothing, and nothing happens.</summary>
    public void Freeze()
    {
        lock (Gate)
        {
            _frozen ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _agenda.Pause(true);
        }
    }

    /// <summary>It goes on, first with what was sent to it meanwhile.</summary>
    public void Thaw()
    {
        lock (Gate)
        {
            _frozen?.SetResult();
            _frozen = null;
            _agenda.Pause(false);
            Port.Session?.Wake();
        }
    }

    /// <summary>The process is gone without a word; the socket's file stays.</summary>
    public void Crash()
    {
        lock (Gate)
            End(flush: false);
    }

    /// <summary>The process is gone after so many more bytes of output, wherever that is.</summary>
    public void CrashAfter(int bytes)
    {
        lock (Gate)
            Port.Session?.BreakAfter(bytes);
    }

    /// <summary>The management connection breaks; the process lives.</summary>
    public void HangUp()
    {
        lock (Gate)
            Port.Session?.End(flush: false);
    }

    /// <summary>Ends the process, and waits until nobody is served any more.</summary>
    public async ValueTask DisposeAsync()
    {
        Thaw();
        Signal("SIGTERM");
        Crash();
        _agenda.Dispose();
        foreach (ManagementSlot slot in _slots)
            await slot.Serving;
    }

    /// <summary>Completes at once, or when a frozen daemon goes on.</summary>
    internal Task Awake()
    {
        lock (Gate)
            return _frozen?.Task ?? Task.CompletedTask;
    }

    internal void Release()
    {
        if (!IsHeld)
            return;
        IsHeld = false;
        ComeUp();
    }

    /// <summary>Since 2.7 the clock sends byte counts.</summary>
    internal void CountBytesFor(ManagementSession session, int interval)
    {
        session.ByteCountInterval = interval;
        if (Dialect.Is27 && interval > 0)
            _agenda.After(TimeSpan.FromSeconds(interval), Count);

        void Count()
        {
            if (Port.Session != session || session.ByteCountInterval != interval)
                return;
            Clients.SayByteCounts();
            _agenda.After(TimeSpan.FromSeconds(interval), Count);
        }
    }

    private void Restart(string signal)
    {
        _restarting = signal;
        Clients.Close();
        Port.Log(1, "I", $"{signal}[hard,] received, process restarting");
        Port.State("RECONNECTING", signal, withAddress: false);
        if (signal == "SIGHUP")
            Port.Verb = Options.Verb;
        _agenda.After(s_restartPause, () =>
        {
            if (HoldFlag)
            {
                IsHeld = true;
                Port.Say(HoldQuestion);
            }
            else
            {
                ComeUp();
            }
        });
    }

    private void ComeUp()
    {
        if (_restarting is not "SIGUSR1") // the tunnel device stays open over SIGUSR1
            Port.State("ASSIGN_IP", "", withAddress: true);
        if (_restarting is null or "SIGHUP")
        {
            foreach (string echo in Options.Echo)
                Port.Echo(echo);
        }
        Port.Log(1, "I", "Initialization Sequence Completed");
        Port.State("CONNECTED", "SUCCESS", withAddress: true);
        bool again = _restarting is not null;
        _restarting = null;
        Clients.Open(again);
    }

    private void End(bool flush)
    {
        if (_isOver)
            return;
        _isOver = true;
        _agenda.Clear();
        Port.Session?.End(flush);
        foreach (ManagementSlot slot in _slots)
        {
            EndPoint endpoint = slot.Endpoint;
            slot.Dispose();
            if (flush && endpoint is UnixDomainSocketEndPoint unix)
                File.Delete(unix.ToString());
        }
        _exited.TrySetResult();
    }
}
