using System.Collections.Concurrent;
using System.Net;
using Tunnel.Http;
using Tunnel.Smux;

namespace Tunnel.Server;

/// <summary>One connection of a client that was let in. It serves one domain and carries many requests at once.</summary>
public sealed class TunnelConnection : IAsyncDisposable
{
    private static readonly TimeSpan s_idleStreamLife = TimeSpan.FromSeconds(30);
    private const int MaxIdleStreams = 128;

    private readonly SmuxSession _session;
    private readonly SmuxStream _control;
    private readonly TunnelServerOptions _options;
    private readonly ExchangeWatch _watch;
    private readonly TimeProvider _time;
    private readonly PhiDetector _phi;
    private readonly ConcurrentStack<(SmuxStream Stream, long Since)> _idleStreams = new();
    private TunnelException? _endReason;
    private int _requestsInFlight;

    internal TunnelConnection(
        SmuxSession session,
        SmuxStream control,
        TunnelCredentials credentials,
        string user,
        string domain,
        CarrierProtocol protocol,
        EndPoint? remote,
        bool isExtended,
        TunnelServerOptions options,
        ExchangeWatch watch)
    {
        (_session, _control, _options, _watch, _time) = (session, control, options, watch, watch.Time);
        (Credentials, User, Domain, Protocol, RemoteEndPoint, IsExtended) = (credentials, user, domain, protocol, remote, isExtended);
        ConnectedAt = _time.GetUtcNow();
        _phi = new PhiDetector(_time);
    }

    /// <summary>Random, made by this server.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>The owner of the token it came with.</summary>
    public string User { get; }

    /// <summary>The domain it serves, normalised.</summary>
    public string Domain { get; }

    /// <summary>What carries it.</summary>
    public CarrierProtocol Protocol { get; }

    /// <summary>Where it came from, when that is known.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>When its credentials were accepted.</summary>
    public DateTimeOffset ConnectedAt { get; }

    /// <summary>The other end is this library, too: many requests for each stream, upgrades.</summary>
    public bool IsExtended { get; }

    /// <summary>Whether requests may be sent to it.</summary>
    public bool IsUsable => _endReason is null && _session.CloseReason is null;

    /// <summary>Completes, never fails, when the connection is over.</summary>
    public Task Completion => _session.Completion;

    /// <summary>Why the connection is over; null while it lives.</summary>
    public TunnelException? EndReason => Volatile.Read(ref _endReason) ?? FromSession(_session.CloseReason);

    internal TunnelCredentials Credentials { get; }

    internal int RequestsInFlight => Volatile.Read(ref _requestsInFlight);

    internal bool HasRoom => RequestsInFlight < _options.MaxRequestsPerConnection;

    internal SmuxStream Control => _control;

    internal SmuxSession Session => _session;

    /// <summary>Its state now.</summary>
    public Backend Describe()
    {
        double phi;
        lock (_phi)
            phi = _phi.Phi;
        return new Backend(Id, Protocol, User, Domain, phi, RemoteEndPoint, IsUsable, ConnectedAt, RequestsInFlight);
    }

    /// <summary>
    /// A new stream to the client, which expects a request in HTTP/1.1 wire form on it (Go: OpenStream). Disposing it tells the client that the visitor is gone.
    /// </summary>
    /// <exception cref="TunnelException">CannotOpenStream: the connection is over.</exception>
    public Stream OpenStream() => OpenSmuxStream(atOnce: true);

    private SmuxStream OpenSmuxStream(bool atOnce)
    {
        try
        {
            return _session.OpenStream(atOnce);
        }
        catch (SmuxException error)
        {
            throw new TunnelException(TunnelError.CannotOpenStream, error.Message, error);
        }
    }

    /// <summary>
    /// Sends one request and completes with the head of its answer (Go: RoundTrip). A failure ends this request's stream; the connection lives on.
    /// </summary>
    /// <exception cref="TunnelException">CannotOpenStream, CannotWriteRequest, CannotReadResponse, TimedOut, or why the connection ended.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        bool allowUpgrade = IsExtended && request.Options.TryGetValue(TunnelServer.AllowUpgrade, out bool allowed) && allowed;
        if (IsExtended && request.Content is null && !allowUpgrade && TryTakeIdleStream() is { } idle)
        {
            try
            {
                return await SendOnAsync(idle, request, allowUpgrade, cancellationToken).ConfigureAwait(false);
            }
            catch (TunnelException error) when (IsUsable && HttpExchange.MayRepeat(error))
            {
                // The other end had closed the idle stream before the request reached it.
            }
        }

        return await SendOnAsync(OpenSmuxStream(atOnce: false), request, allowUpgrade, cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendOnAsync(
        SmuxStream stream, HttpRequestMessage request, bool allowUpgrade, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requestsInFlight);
        return HttpExchange.SendAsync(new StreamTransport(this, stream), request, allowUpgrade, _options.Http, _watch, cancellationToken);
    }

    internal void Release(SmuxStream stream, bool reusable)
    {
        Interlocked.Decrement(ref _requestsInFlight);
        if (reusable && IsExtended && IsUsable && _idleStreams.Count < MaxIdleStreams)
            _idleStreams.Push((stream, _time.GetTimestamp()));
        else
            stream.Dispose();
    }

    private SmuxStream? TryTakeIdleStream()
    {
        while (_idleStreams.TryPop(out (SmuxStream Stream, long Since) idle))
        {
            if (!idle.Stream.RemoteFinished && idle.Stream is { Failure: null, Buffered: 0 } && _time.GetElapsedTime(idle.Since) < s_idleStreamLife)
                return idle.Stream;
            idle.Stream.Dispose();
        }

        return null;
    }

    internal void DropOldIdleStreams()
    {
        if (_idleStreams.IsEmpty)
            return;
        var all = new (SmuxStream Stream, long Since)[MaxIdleStreams];
        int count = _idleStreams.TryPopRange(all);
        for (int i = count - 1; i >= 0; i--)
        {
            if (_time.GetElapsedTime(all[i].Since) < s_idleStreamLife)
                _idleStreams.Push(all[i]);
            else
                all[i].Stream.Dispose();
        }
    }

    /// <summary>Asks the client for <c>GET /health</c>; any well-formed answer is a sign of life (Go: Ping). Returns how long it took.</summary>
    /// <exception cref="TunnelException">No answer came in the time a ping has.</exception>
    public async Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        long start = _time.GetTimestamp();
        using var late = new CancellationTokenSource(_options.PingTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://backend/health");
        request.Headers.TryAddWithoutValidation("User-Agent", "Go-http-client/1.1");
        try
        {
            using HttpResponseMessage answer = await SendOnAsync(OpenSmuxStream(atOnce: false), request, allowUpgrade: false, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TunnelException(TunnelError.TimedOut, $"no answer to a ping within {_options.PingTimeout.TotalSeconds:0.#} s");
        }

        lock (_phi)
            _phi.Heard();
        return _time.GetElapsedTime(start);
    }

    /// <summary>Ends the connection: FIN on the control stream, then the carrier is closed. The first reason is kept.</summary>
    internal async Task EndAsync(TunnelException reason)
    {
        Interlocked.CompareExchange(ref _endReason, reason, null);
        await _control.DisposeAsync().ConfigureAwait(false);
        await _session.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Closes the connection (Go: Close). The client may come back.</summary>
    public async ValueTask DisposeAsync() => await EndAsync(new TunnelException(TunnelError.Closed)).ConfigureAwait(false);

    internal static TunnelException? FromSession(SmuxException? reason) => reason is null ? null : new TunnelException(
        reason.Error switch
        {
            SmuxError.Closed => TunnelError.Closed,
            SmuxError.ProtocolViolation or SmuxError.Flooded => TunnelError.ProtocolViolation,
            _ => TunnelError.ConnectionLost,
        },
        reason.Message,
        reason);
}
