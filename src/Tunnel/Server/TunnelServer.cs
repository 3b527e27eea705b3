using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using DualStack;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tunnel.Carriers;
using Tunnel.Http;
using Tunnel.Kcp;
using Tunnel.Smux;
using Tunnel.Sockets;

namespace Tunnel.Server;

/// <summary>
/// The public side of a tunnel: lets clients in, keeps an eye on their connections, and passes requests to the one that serves their domain.
/// Safe for several threads.
/// </summary>
public sealed class TunnelServer : IAsyncDisposable
{
    private readonly TunnelServerOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Authenticator _authenticator;
    private readonly ServerTls _tls;
    private readonly AdmissionControl _unauthenticated;
    private readonly ConnectionRegistry _connections;
    private readonly ExchangeWatch _watch;
    private readonly TunnelMetrics _metrics;
    private const int PingRounds = 5; // in each ping interval
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<Task, bool> _tasks = new();
    private readonly ConcurrentBag<IDisposable> _listeners = [];
    private int _disposed;

    /// <param name="options">Checked here.</param>
    /// <param name="storage">Who may serve which domain.</param>
    /// <param name="loggerFactory">Where to write; nowhere by default.</param>
    /// <param name="meterFactory">Makes the meter <c>tunnel.server</c>.</param>
    /// <param name="time">The clock of all limits.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public TunnelServer(
        TunnelServerOptions options,
        ITunnelStorage storage,
        ILoggerFactory? loggerFactory = null,
        IMeterFactory? meterFactory = null,
        TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(storage);
        options.Validate();
        _options = options;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<TunnelServer>();
        _time = time ?? TimeProvider.System;
        _authenticator = new Authenticator(options, storage, _time);
        _tls = new ServerTls(options);
        _unauthenticated = new AdmissionControl(options.MaxUnauthenticated, options.MaxUnauthenticatedPerAddress);
        _connections = new ConnectionRegistry(options.MaxConnectionsPerDomain, options.MaxConnectionsPerUser);
        _watch = new ExchangeWatch(_time);
        _metrics = new TunnelMetrics(meterFactory, () => _connections.Count);
    }

    /// <summary>
    /// Set to true in a request's options when it may change the protocol (HTTP Upgrade). Only connections of this library take part; with any
    /// other the request travels without its wish.
    /// </summary>
    public static HttpRequestOptionsKey<bool> AllowUpgrade { get; } = new("Tunnel.AllowUpgrade");

    internal int UnauthenticatedCount => _unauthenticated.Count;

    /// <summary>
    /// Starts to accept clients in the background (Go: Listen). Every address the host resolves to is bound, each family for itself.
    /// </summary>
    /// <param name="address">host:port, <c>*:port</c> for all addresses of both families, port 0 for any.</param>
    /// <param name="protocol">UDP needs <see cref="TunnelServerOptions.Kcp"/>.</param>
    /// <param name="families">Both, or one that is forced.</param>
    /// <param name="cancellationToken">Ends the look-up of the host.</param>
    /// <returns>What was bound.</returns>
    /// <exception cref="FormatException">The address is not host:port.</exception>
    /// <exception cref="InvalidOperationException">UDP is not enabled.</exception>
    /// <exception cref="SocketException">One of the addresses cannot be bound; none is then.</exception>
    public async Task<IReadOnlyList<IPEndPoint>> ListenAsync(
        string address,
        CarrierProtocol protocol = CarrierProtocol.Tcp,
        AddressFamilies families = AddressFamilies.Both,
        CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (protocol == CarrierProtocol.Udp && _options.Kcp is null)
            throw new InvalidOperationException($"UDP is off: set {nameof(TunnelServerOptions)}.{nameof(TunnelServerOptions.Kcp)} to enable it.");
        SocketType type = protocol == CarrierProtocol.Udp ? SocketType.Dgram : SocketType.Stream;
        var host = HostPort.Parse(address);
        BoundSockets bound = await PassiveBinder.BindAsync(host.Host, host.Port, families.ToSocketFamily(), type, cancellationToken).ConfigureAwait(false);
        if (families == AddressFamilies.Both && bound.OnlyFamily is { } only)
            Log.OneFamily(_logger, address, only == AddressFamily.InterNetwork ? AddressFamilies.IPv4 : AddressFamilies.IPv6);
        IPEndPoint[] addresses = [.. bound.Sockets.Select(socket => (IPEndPoint)socket.LocalEndPoint!)];
        foreach (Socket socket in bound.Sockets)
        {
            Log.Listening(_logger, socket.LocalEndPoint!, protocol);
            if (protocol == CarrierProtocol.Udp)
            {
                Track(AcceptAsync(new KcpListener(socket, _options.Kcp!, _time)));
                continue;
            }

            socket.Listen();
            _listeners.Add(socket);
            Track(AcceptAsync(socket));
        }

        return addresses;
    }

    private async Task AcceptAsync(KcpListener listener)
    {
        await using (listener.ConfigureAwait(false))
        {
            List<Task> conversations = [];
            try
            {
                while (true)
                {
                    KcpConnection connection = await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                    conversations.RemoveAll(static task => task.IsCompleted);
                    conversations.Add(HandleAsync(connection, connection.RemoteEndPoint, CarrierProtocol.Udp, CancellationToken.None));
                }
            }
            catch (OperationCanceledException)
            {
                // Their last words still need the socket.
                await Task.WhenAll(conversations).ConfigureAwait(false);
            }
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        EndPoint? address = listener.LocalEndPoint;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                Track(HandleSocketAsync(socket));
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException error)
            {
                // Out of file descriptors, or a client that was gone before it was accepted: neither ends the listener.
                Log.AcceptFailed(_logger, error, address);
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task HandleSocketAsync(Socket socket)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the listener goes on at once
        EndPoint? remote;
        try
        {
            remote = socket.RemoteEndPoint;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return;
        }

        await HandleAsync(new SocketStream(socket), remote, CarrierProtocol.Tcp, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>
    /// Serves one client on a carrier that is connected already, from TLS to the end of the connection (Go: HandleConn). The carrier is disposed in the end.
    /// </summary>
    /// <param name="carrier">Where TLS begins. A read of zero bytes must wait for data.</param>
    /// <param name="remote">The client's address, for limits and listings.</param>
    /// <param name="protocol">For listings.</param>
    /// <param name="cancellationToken">Ends the connection.</param>
    public Task HandleConnectionAsync(
        Stream carrier,
        EndPoint? remote,
        CarrierProtocol protocol = CarrierProtocol.Tcp,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(carrier);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        Task handling = HandleAsync(carrier, remote, protocol, cancellationToken);
        Track(handling);
        return handling;
    }

    private async Task HandleAsync(Stream carrier, EndPoint? remote, CarrierProtocol protocol, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        try
        {
            await using (carrier.ConfigureAwait(false))
            {
                if (await LetInAsync(carrier, remote, protocol, stop.Token).ConfigureAwait(false) is { } connection)
                    await LookAfterAsync(connection, stop.Token).ConfigureAwait(false);
            }
        }
        catch (TunnelException refusal)
        {
            _metrics.Refused(refusal.Error);
            Log.Refused(_logger, remote, refusal.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The server stops, or the caller has had enough.
        }
        catch (Exception error)
        {
            Log.Unforeseen(_logger, error, remote);
        }
    }

    private async Task<TunnelConnection?> LetInAsync(Stream carrier, EndPoint? remote, CarrierProtocol protocol, CancellationToken cancellationToken)
    {
        string address = AddressKey.Of(remote);
        if (!_unauthenticated.TryEnter(address))
            throw new TunnelException(TunnelError.LimitReached, "too many connections without credentials");
        SmuxSession? session = null;
        SmuxStream? control = null;
        try
        {
            SslStream tls = await AuthenticateTlsAsync(carrier, cancellationToken).ConfigureAwait(false);
            bool isExtended = tls.NegotiatedApplicationProtocol == TunnelProtocols.Extended;
            SmuxOptions smux = isExtended ? ExtendedSmux.From(_options.Smux) : _options.Smux;
            session = new SmuxSession(tls, SmuxRole.Server, smux, acceptStreams: false, _time);
            control = session.OpenStream();
            TunnelCredentials credentials = await _authenticator.ReadAsync(control, cancellationToken).ConfigureAwait(false);
            (string user, string domain) = await _authenticator.VerifyAsync(credentials, address, cancellationToken).ConfigureAwait(false);
            var connection = new TunnelConnection(session, control, credentials, user, domain, protocol, remote, isExtended, _options, _watch);
            if (_connections.TryAdd(connection) is { } noRoom)
                throw new TunnelException(TunnelError.LimitReached, noRoom);
            _metrics.Opened(protocol);
            Log.Joined(_logger, connection.Id, user, domain, remote, protocol);
            return connection;
        }
        catch
        {
            // As the original does it: FIN on the control stream, then the end, without a reason.
            if (control is not null)
                await control.DisposeAsync().ConfigureAwait(false);
            if (session is not null)
                await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            _unauthenticated.Leave(address);
        }
    }

    private async Task<SslStream> AuthenticateTlsAsync(Stream carrier, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_options.TlsTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await _tls.AuthenticateAsync(carrier, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TunnelException(TunnelError.TimedOut, $"no TLS within {_options.TlsTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception error) when (error is AuthenticationException or IOException or SocketException or InvalidOperationException)
        {
            throw new TunnelException(TunnelError.TlsFailed, error.Message, error);
        }
    }

    /// <summary>Pings a connection and checks its access until it is over.</summary>
    private async Task LookAfterAsync(TunnelConnection connection, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task pings = PingAsync(connection, over.Token);
        Task checks = CheckAccessRegularlyAsync(connection, over.Token);
        try
        {
            await connection.Completion.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
                await connection.EndAsync(new TunnelException(TunnelError.Closed, "the server stops")).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(pings, checks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _connections.Remove(connection);
            await connection.Control.DisposeAsync().ConfigureAwait(false);
            TunnelException reason = connection.EndReason!;
            _metrics.Ended(reason.Error);
            Log.Left(_logger, connection.Id, connection.User, connection.Domain, reason.Message);
        }
    }

    private async Task PingAsync(TunnelConnection connection, CancellationToken cancellationToken)
    {
        // The first pings of many connections that came at once are spread.
        await Task.Delay(ToNextRound(_options.PingInterval * Random.Shared.NextDouble()), _time, cancellationToken).ConfigureAwait(false);
        for (int missed = 0; ;)
        {
            try
            {
                await connection.PingAsync(cancellationToken).ConfigureAwait(false);
                missed = 0;
            }
            catch (TunnelException error)
            {
                missed++;
                Log.PingMissed(_logger, connection.Id, connection.User, missed, _options.MaxMissedPings, error.Message);
                if (missed >= _options.MaxMissedPings)
                {
                    await connection.EndAsync(new TunnelException(TunnelError.ConnectionLost, $"{missed} pings in a row were not answered; the last: {error.Message}", error)).ConfigureAwait(false);
                    return;
                }
            }

            connection.DropOldIdleStreams();
            await Task.Delay(ToNextRound(_options.PingInterval), _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// <paramref name="delay"/>, moved so that it ends together with those of other connections: pings that leave together come
    /// back together, and a thread that is awake deals with a hundred of them for little more than with one.
    /// </summary>
    private TimeSpan ToNextRound(TimeSpan delay)
    {
        long round = (_options.PingInterval / PingRounds).Ticks;
        long due = (_time.GetElapsedTime(0) + delay).Ticks;
        return delay + TimeSpan.FromTicks((round - (due % round)) % round);
    }

    private async Task CheckAccessRegularlyAsync(TunnelConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(_options.AccessCheckInterval, _time, cancellationToken).ConfigureAwait(false);
            await CheckAccessAsync(connection, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CheckAccessAsync(TunnelConnection connection, CancellationToken cancellationToken)
    {
        bool allowed;
        try
        {
            allowed = await _authenticator.IsStillAllowedAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.AccessCheckFailed(_logger, error, connection.Id);
            return;
        }

        if (!allowed)
            await connection.EndAsync(new TunnelException(TunnelError.AccessWithdrawn, "the token or the domain is not this user's any more")).ConfigureAwait(false);
    }

    /// <summary>Looks up the access of every living connection now, for instance after a token was revoked, and ends those that lost it.</summary>
    public Task CheckAccessAsync(CancellationToken cancellationToken = default) =>
        Task.WhenAll(_connections.All.Select(connection => CheckAccessAsync(connection, cancellationToken)));

    /// <summary>
    /// Sends a request to one of the usable connections of its domain, chosen at random (Go: RoundTrip). The domain is the request's Host. When none
    /// is connected the answer is a 502 page, when all are full a 503 page. The answer must be disposed.
    /// </summary>
    /// <exception cref="TunnelException">CannotWriteRequest, CannotReadResponse, TimedOut, or why the connection ended. It concerns this request only.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (!DomainName.TryNormalize(request.Headers.Host ?? request.RequestUri?.Authority, out string? domain))
            return NoBackend(request);
        List<TunnelConnection>? refused = null;
        while (true)
        {
            (TunnelConnection? connection, bool busy) = Choose(domain, refused);
            if (connection is null)
                return busy ? Busy(request) : NoBackend(request);
            try
            {
                HttpResponseMessage answer = await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
                _metrics.Request(null);
                return answer;
            }
            catch (TunnelException error) when (error.Error == TunnelError.CannotOpenStream)
            {
                // Nothing was sent: another connection may have it.
                (refused ??= []).Add(connection);
            }
            catch (TunnelException error)
            {
                _metrics.Request(error.Error);
                throw;
            }
        }
    }

    private (TunnelConnection? Connection, bool Busy) Choose(string domain, List<TunnelConnection>? refused)
    {
        ImmutableArray<TunnelConnection> all = _connections.ForDomain(domain);
        if (all.Length == 1 && refused is null)
            return all[0].IsUsable ? (all[0].HasRoom ? all[0] : null, true) : (null, false);
        TunnelConnection[] usable = [.. all.Where(connection => connection.IsUsable && refused?.Contains(connection) != true)];
        TunnelConnection[] free = [.. usable.Where(connection => connection.HasRoom)];
        return free.Length > 0 ? (free[Random.Shared.Next(free.Length)], false) : (null, usable.Length > 0);
    }

    private HttpResponseMessage NoBackend(HttpRequestMessage request)
    {
        _metrics.Request(TunnelError.NoSuchBackend);
        return ErrorPage.NoBackend(request);
    }

    private HttpResponseMessage Busy(HttpRequestMessage request)
    {
        _metrics.Request(TunnelError.LimitReached);
        return ErrorPage.Busy(request);
    }

    /// <summary>The usable connection that serves a domain, to open streams on; chosen as <see cref="SendAsync"/> does.</summary>
    /// <exception cref="TunnelException">NoSuchBackend.</exception>
    public TunnelConnection GetConnection(string domain) =>
        DomainName.TryNormalize(domain, out string? name) && Choose(name, null).Connection is { } connection
            ? connection
            : throw new TunnelException(TunnelError.NoSuchBackend, $"'{domain}'");

    /// <summary>Every connection (Go: GetAllBackends).</summary>
    public IReadOnlyList<Backend> GetAllBackends() => [.. _connections.All.Select(connection => connection.Describe())];

    /// <summary>The connections that serve a domain (Go: GetBackendsForDomain).</summary>
    public IReadOnlyList<Backend> GetBackendsForDomain(string domain) =>
        DomainName.TryNormalize(domain, out string? name) ? [.. _connections.ForDomain(name).Select(connection => connection.Describe())] : [];

    /// <summary>The connections of a user (Go: GetBackendsForUser).</summary>
    public IReadOnlyList<Backend> GetBackendsForUser(string user) =>
        [.. _connections.All.Where(connection => string.Equals(connection.User, user, StringComparison.Ordinal)).Select(connection => connection.Describe())];

    /// <summary>Ends a connection; its client may come back at once (Go: KillBackend).</summary>
    /// <exception cref="TunnelException">NoSuchConnection.</exception>
    public async Task KillBackendAsync(Guid id)
    {
        TunnelConnection connection = _connections.Find(id) ?? throw new TunnelException(TunnelError.NoSuchConnection, id.ToString());
        await connection.EndAsync(new TunnelException(TunnelError.Killed)).ConfigureAwait(false);
    }

    /// <summary>Waits until the server is disposed (Go: Wait).</summary>
    public Task WaitAsync(CancellationToken cancellationToken = default) => _stopped.Task.WaitAsync(cancellationToken);

    /// <summary>Stops listening, ends every connection and waits for it (Go: Close).</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            await _stopped.Task.ConfigureAwait(false);
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (IDisposable listener in _listeners)
            listener.Dispose();
        while (!_tasks.IsEmpty)
            await Task.WhenAll(_tasks.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _watch.Dispose();
        _metrics.Dispose();
        _stopping.Dispose();
        _stopped.TrySetResult();
    }

    private void Track(Task task)
    {
        _tasks[task] = true;
        _ = task.ContinueWith(
            static (done, tasks) => ((ConcurrentDictionary<Task, bool>)tasks!).TryRemove(done, out _),
            _tasks,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
