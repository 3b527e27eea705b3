using System.Net;
using System.Net.Sockets;

using OpenVpn.Simulator.Management;

namespace OpenVpn.Simulator.Clients;

/// <summary>Who is at the daemon: sessions, their ids and addresses, who waits for a decision, who is on the way out. The daemon's lock is held in all of it.</summary>
internal sealed class ClientRegistry(DaemonOptions options, Dialect dialect, ManagementPort port, Agenda agenda, TimeProvider time)
{
    /// <summary>A client that is not let in gives up (<c>hand-window</c>).</summary>
    private static readonly TimeSpan s_handWindow = TimeSpan.FromSeconds(60);

    /// <summary>A client that was let in asks for its configuration.</summary>
    private static readonly TimeSpan s_pushRequest = TimeSpan.FromSeconds(1);

    /// <summary>A killed or parting client is listed until then at the latest.</summary>
    private static readonly TimeSpan s_dropAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_denialLasts = TimeSpan.FromSeconds(6);

    /// <summary>How soon a client is back that was told to restart.</summary>
    private static readonly TimeSpan s_restartTakes = TimeSpan.FromMilliseconds(1300);

    private readonly SortedDictionary<uint, ClientSession> _sessions = [];
    private readonly HashSet<int> _pool = [];
    private readonly List<SimulatedClient> _clients = [];
    private readonly Random _random = new(options.Seed);
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private uint _nextCid;

    /// <summary>Everything that clients sent since the process began.</summary>
    public long TotalReceived { get; private set; }

    public long TotalSent { get; private set; }

    public int Established => _sessions.Values.Count(session => session.IsEstablished);

    /// <summary>Whether clients can get in: false while held or restarting.</summary>
    public bool IsUp { get; private set; }

    /// <summary>In an order that has nothing to do with time or CID.</summary>
    public IEnumerable<ClientSession> InHashOrder => _sessions.Values.OrderBy(session => (session.Cid + 1) * 2654435761u ^ (uint)options.Seed);

    public ClientSession? Find(ulong cid) => cid <= uint.MaxValue ? _sessions.GetValueOrDefault((uint)cid) : null;

    public void Join(SimulatedClient client)
    {
        if (client.Wants)
            return; // it calls by itself
        client.Wants = true;
        _clients.Add(client);
        Connect(client);
    }

    public void Leave(SimulatedClient client, LeaveReason reason, bool callsAgain)
    {
        if (!callsAgain)
            GiveUp(client);
        if (client.Session is not { } session)
            return;
        switch (reason)
        {
            case LeaveReason.ExitNotify:
                port.Say(">NOTIFY:info,remote-exit,EXIT");
                session.IsLeaving = true;
                agenda.After(s_dropAfter, () => Drop(session, "SIGTERM[soft,remote-exit] received, client-instance exiting"));
                break;
            case LeaveReason.ConnectionReset:
                Drop(session, "SIGUSR1[soft,connection-reset] received, client-instance restarting");
                break;
            default:
                port.Log(1, "I", $"{LogName(session)} [{client.CommonName}] Inactivity timeout (--ping-restart), restarting");
                Drop(session, "SIGUSR1[soft,ping-restart] received, client-instance restarting");
                break;
        }
        Return(client, options.PingRestart);
    }

    /// <summary>Packets of a client pass.</summary>
    public void Move(SimulatedClient client, long received, long sent)
    {
        if (client.Session is not { IsEstablished: true } session)
            return;
        DateTimeOffset now = time.GetUtcNow();
        session.Received += received;
        session.Sent += sent;
        session.LastPacket = now;
        TotalReceived += received;
        TotalSent += sent;
        // To 2.6 a byte count rides on a packet, at most once in the interval; since 2.7 the clock sends it.
        if (!dialect.Is27 && !options.Dco && port.Session is { ByteCountInterval: > 0 and var interval } && now.ToUnixTimeSeconds() is var second && second >= session.LastByteCount + interval)
        {
            session.LastByteCount = second;
            SayByteCount(session);
        }
    }

    /// <summary>One line for each client whose tunnel is up.</summary>
    public void SayByteCounts()
    {
        foreach (ClientSession session in _sessions.Values.Where(session => session.IsEstablished))
            SayByteCount(session);
    }

    /// <summary>The client asks for new keys, and has to be let in again.</summary>
    public void Renegotiate(SimulatedClient client)
    {
        if (client.Session is not { IsEstablished: true } session || !options.ClientAuth)
            return;
        session.Kid += 2; // not always the next
        port.Block($"REAUTH,{session.Cid},{session.Kid}", Environment(session, ClientEnvironment.Asking(session, Established, options, _start)));
    }

    public void Respond(SimulatedClient client, string text)
    {
        if (client.Session is { } session)
            port.Block($"CR_RESPONSE,{session.Cid},{session.Kid},{text}", Environment(session, ClientEnvironment.Asking(session, Established, options, _start).Where(line => !line.StartsWith("password=", StringComparison.Ordinal))));
    }

    /// <returns>Whether there is such a session and key.</returns>
    public bool Approve(ulong cid, uint kid)
    {
        if (Find(cid) is not { } session || !KnowsKey(session, kid))
            return false;
        if (kid == session.Kid && session is { IsApproved: false, IsLeaving: false })
        {
            session.IsApproved = true;
            agenda.After(s_pushRequest, () => Establish(session));
        }
        return true;
    }

    /// <returns>Whether there is such a session and key.</returns>
    public bool Deny(ulong cid, uint kid, string? clientReason)
    {
        if (Find(cid) is not { } session || !KnowsKey(session, kid))
            return false;
        if (kid != session.Kid || session.IsLeaving)
            return true;
        session.Client.Told = clientReason ?? "";
        session.IsLeaving = true;
        GiveUp(session.Client); // auth-retry none
        // A session whose new keys are refused lasts as long as its old ones.
        agenda.After(session.IsEstablished ? s_handWindow : s_denialLasts, () => Drop(session, "SIGTERM[soft,delayed-exit] received, client-instance exiting"));
        return true;
    }

    /// <returns>Whether the question reached a client that waits.</returns>
    public bool Defer(ulong cid, uint kid, string text)
    {
        if (Find(cid) is not { IsEstablished: false, IsLeaving: false } session || session.Kid != kid)
            return false;
        session.Client.Told = text;
        return true;
    }

    /// <summary>Tells a client to go; it is listed until it does, or is dropped.</summary>
    public bool Kill(ulong cid, string message)
    {
        if (Find(cid) is not { } session)
            return false;
        if (session.IsLeaving)
            return true;
        session.IsLeaving = true;
        session.Client.Told = message;
        if (message.StartsWith("HALT", StringComparison.Ordinal))
            GiveUp(session.Client);
        agenda.After(s_dropAfter, () => Drop(session, "SIGTERM[soft,delayed-exit] received, client-instance exiting"));
        Return(session.Client, message.StartsWith("RESTART", StringComparison.Ordinal) ? s_restartTakes : options.PingRestart);
        return true;
    }

    /// <summary>Ends sessions at once, without telling the clients.</summary>
    public int KillAll(Func<ClientSession, bool> which)
    {
        ClientSession[] killed = [.. _sessions.Values.Where(which)];
        foreach (ClientSession session in killed)
        {
            Drop(session, "SIGTERM[soft,] received, client-instance exiting");
            Return(session.Client, options.PingRestart);
        }
        return killed.Length;
    }

    public int KillByName(string name) => KillAll(session => session.Client.CommonName == name);

    /// <summary>IPv4 only, and never a client of a dual-stack socket.</summary>
    public int KillByAddress(IPAddress address, int clientPort) =>
        options.DualStack ? 0 : KillAll(session => session.Port == clientPort && session.Client.Address.Equals(address) && address.AddressFamily is AddressFamily.InterNetwork);

    /// <summary>The server is up. Who was there before calls again as its pings time out.</summary>
    /// <param name="again">After a restart.</param>
    public void Open(bool again)
    {
        IsUp = true;
        foreach (SimulatedClient client in _clients.ToArray())
        {
            if (again)
                Return(client, options.PingRestart * (0.75 + 0.5 * _random.NextDouble()));
            else
                Connect(client);
        }
    }

    /// <summary>The server goes down: every session ends, ids start again.</summary>
    public void Close()
    {
        IsUp = false;
        foreach (ClientSession session in _sessions.Values.Reverse().ToArray())
            Remove(session);
        _nextCid = 0;
    }

    private void Connect(SimulatedClient client)
    {
        if (!IsUp || !client.Wants || client.Session is { IsLeaving: false })
            return;
        ClientSession session = new(client, _nextCid++, client.Port ?? _random.Next(32768, 61000), time.GetUtcNow()) { Kid = 1 };
        _sessions.Add(session.Cid, session);
        client.Session = session;
        if (client.IsSilent)
        {
            GiveUp(client); // once
            agenda.After(s_handWindow, () => Drop(session, "SIGUSR1[soft,tls-error] received, client-instance restarting"));
            return;
        }
        Count(session, 2000 + _random.Next(40), 2060 + _random.Next(40)); // the handshake
        string at = dialect.RealAddress(client.Address, session.Port);
        port.Log(1, "I", $"{at} [{client.CommonName}] Peer Connection Initiated with [AF_INET{(client.Address.AddressFamily is AddressFamily.InterNetworkV6 ? "6" : "")}]{client.Address}:{session.Port}");
        if (!options.ClientAuth)
        {
            Establish(session);
            return;
        }
        port.Block($"CONNECT,{session.Cid},{session.Kid}", Environment(session, ClientEnvironment.Asking(session, Established, options, _start)));
        agenda.After(s_handWindow, () =>
        {
            if (session.IsEstablished || session.IsOver)
                return;
            Drop(session, "SIGUSR1[soft,tls-error] received, client-instance restarting");
            Return(client, s_restartTakes);
        });
    }

    private void Establish(ClientSession session)
    {
        if (session.IsOver || session.IsLeaving)
            return;
        if (!options.DuplicateNames)
        {
            foreach (ClientSession former in _sessions.Values.Where(other => other != session && other.Client.CommonName == session.Client.CommonName && other.Client.CommonName != "UNDEF").ToArray())
            {
                port.Log(1, "W", $"MULTI: new connection by client '{session.Client.CommonName}' will cause previous active sessions by this client to be dropped.  Remember to use the --duplicate-cn option if you want multiple clients using the same certificate or username to concurrently connect.");
                Remove(former);
            }
        }
        int index = 0;
        while (!_pool.Add(index))
            index++;
        session.PoolIndex = index;
        session.LastPacket = time.GetUtcNow();
        port.Log(3, "", $"{LogName(session)} MULTI: primary virtual IP for {LogName(session)}: {session.VirtualAddress}");
        if (options.ClientAuth)
        {
            port.Say($">CLIENT:ADDRESS,{session.Cid},{session.VirtualAddress},1");
            port.Say($">CLIENT:ADDRESS,{session.Cid},{session.VirtualAddress6},1");
        }
        port.Block($"ESTABLISHED,{session.Cid}", Environment(session, ClientEnvironment.Established(session, Established, options, _start)));
    }

    private void Drop(ClientSession session, string line)
    {
        if (session.IsOver)
            return;
        port.Log(1, "", $"{LogName(session)} {line}");
        Remove(session);
    }

    private void Remove(ClientSession session)
    {
        session.IsOver = true;
        _sessions.Remove(session.Cid);
        // without --management-client-auth nobody is told, nor of somebody who was never asked about; who never came in has no environment
        if (options.ClientAuth && !session.Client.IsSilent)
            port.Block($"DISCONNECT,{session.Cid}", session.IsEstablished ? Environment(session, ClientEnvironment.Gone(session, options, time.GetUtcNow(), _start)) : []);
        if (session.PoolIndex is { } index)
            _pool.Remove(index);
        if (session.Client.Session == session)
            session.Client.Session = null;
    }

    private void Return(SimulatedClient client, TimeSpan delay) => agenda.After(delay, () => Connect(client));

    private void GiveUp(SimulatedClient client)
    {
        client.Wants = false;
        _clients.Remove(client);
    }

    private void Count(ClientSession session, long received, long sent)
    {
        (session.Received, session.Sent) = (session.Received + received, session.Sent + sent);
        (TotalReceived, TotalSent) = (TotalReceived + received, TotalSent + sent);
    }

    // KID 0 says SUCCESS and does nothing.
    private static bool KnowsKey(ClientSession session, uint kid) => kid == session.Kid || kid == 0;

    private IEnumerable<string> Environment(ClientSession session, IEnumerable<string> lines) => ClientEnvironment.Lines(lines, session.Client.PeerInfo, port.EnvironmentFilter);

    private string LogName(ClientSession session) => $"{session.Client.CommonName}/{dialect.RealAddress(session.Client.Address, session.Port)}";

    private void SayByteCount(ClientSession session) => port.Say($">BYTECOUNT_CLI:{session.Cid},{session.Received},{session.Sent}");
}
