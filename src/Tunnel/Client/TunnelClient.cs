using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using DualStack;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Tunnel.Carriers;
using Tunnel.Kcp;
using Tunnel.Smux;
using Tunnel.Sockets;

namespace Tunnel.Client;

/// <summary>
/// The private side of a tunnel: dials the server, shows its credentials, and answers the requests that come back, by a backend, a handler, or an
/// ASP.NET Core application (see <see cref="TunnelHostingExtensions"/>). It connects once at a time.
/// </summary>
public sealed class TunnelClient : IAsyncDisposable
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromSeconds(1);

    private readonly TunnelClientOptions _options;
    private readonly HostPort _server;
    private readonly ILoggerFactory _loggerFactory;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly ClientTls _tls;
    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _disposing = new();
    private BackendProxy? _proxy;
    private KestrelServer? _kestrel;
    private ServiceProvider? _services;
    private int _disposed;

    /// <param name="options">Checked here.</param>
    /// <param name="loggerFactory">Where to write; nowhere by default.</param>
    /// <param name="time">The clock of all limits.</param>
    /// <exception cref="ArgumentException">An option cannot be.</exception>
    /// <exception cref="FormatException">The server's address is not host:port.</exception>
    public TunnelClient(TunnelClientOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _server = HostPort.Parse(options.Server);
        _loggerFactory = loggerFactory ?? NullLoggerFactory.Instance;
        _logger = _loggerFactory.CreateLogger<TunnelClient>();
        _time = time ?? TimeProvider.System;
        _tls = new ClientTls(options.Tls, _server.TlsName);
        Listener = new StreamListener(new TunnelEndPoint(options.Domain));
    }

    /// <summary>Called after <see cref="Status"/> changed, from whatever thread changed it.</summary>
    public event EventHandler? StatusChanged;

    /// <summary>What the client is doing.</summary>
    public TunnelClientStatus Status
    {
        get;
        private set
        {
            if (field == value)
                return;
            field = value;
            StatusChanged?.Invoke(this, EventArgs.Empty);
        }
    }

    /// <summary>Why the last connection ended, or could not be made.</summary>
    public TunnelException? LastFailure { get; private set; }

    internal StreamListener Listener { get; }

    /// <summary>
    /// Keeps the tunnel up: connects, and connects again after every end, with a delay that doubles up to the configured maximum and starts small again
    /// once the server has been heard. Returns when cancelled.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (int failures = 0; !cancellationToken.IsCancellationRequested;)
        {
            try
            {
                await ConnectAsync(() => failures = 0, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (TunnelException reason)
            {
                TimeSpan delay = Backoff(++failures);
                Log.ClientLost(_logger, _options.Server, failures, reason.Message, delay);
                await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private TimeSpan Backoff(int failures)
    {
        TimeSpan doubled = s_firstDelay * Math.Pow(2, Math.Min(failures - 1, 16));
        TimeSpan capped = doubled < _options.MaxReconnectDelay ? doubled : _options.MaxReconnectDelay;
        return capped * (0.8 + (0.4 * Random.Shared.NextDouble()));
    }

    /// <summary>Connects once and serves until the connection ends (Go: Connect).</summary>
    /// <exception cref="TunnelException">Always, when it is not cancelled: why the connection ended or could not be made.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and the connection closed.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken) => ConnectAsync(static () => { }, cancellationToken);

    private async Task ConnectAsync(Action established, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        await _one.WaitAsync(stop.Token).ConfigureAwait(false);
        try
        {
            Status = TunnelClientStatus.Connecting;
            await StartServingAsync(stop.Token).ConfigureAwait(false);
            throw LastFailure = await ServeAsync(established, stop.Token).ConfigureAwait(false);
        }
        catch (TunnelException failure)
        {
            LastFailure = failure;
            throw;
        }
        finally
        {
            Status = TunnelClientStatus.Disconnected;
            _one.Release();
        }
    }

    /// <summary>One connection from dialling to its end, which is returned.</summary>
    private async Task<TunnelException> ServeAsync(Action established, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var connecting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        SmuxSession? session = null;
        try
        {
            (SslStream tls, EndPoint? local, EndPoint? remote) = await DialAsync(connecting.Token).ConfigureAwait(false);
            bool isExtended = tls.NegotiatedApplicationProtocol == TunnelProtocols.Extended;
            session = new SmuxSession(tls, SmuxRole.Client, isExtended ? ExtendedSmux.From(_options.Smux) : _options.Smux, time: _time);
            SmuxStream control = await session.AcceptStreamAsync(connecting.Token).ConfigureAwait(false);
            late.CancelAfter(Timeout.InfiniteTimeSpan);
            // Go's server registers a stream only after its SYN has left, and drops what comes before.
            await Task.Delay(_options.CredentialsDelay, _time, cancellationToken).ConfigureAwait(false);
            byte[] credentials = new TunnelCredentials(_options.Token, _options.Domain).ToUtf8Json();
            await control.WriteAsync(credentials, cancellationToken).ConfigureAwait(false);
            return await AcceptRequestsAsync(session, control, credentials, local, remote, established, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TunnelException(TunnelError.TimedOut, $"{_server} did not get as far as a session within {_options.ConnectTimeout.TotalSeconds:0.#} s");
        }
        catch (SocketException error)
        {
            throw new TunnelException(TunnelError.Unreachable, $"{_server}: {error.Message}", error);
        }
        catch (SmuxException error)
        {
            throw Server.TunnelConnection.FromSession(error)!;
        }
        finally
        {
            if (session is not null)
                await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<TunnelException> AcceptRequestsAsync(
        SmuxSession session,
        SmuxStream control,
        byte[] credentials,
        EndPoint? local,
        EndPoint? remote,
        Action established,
        CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        control.OnRemoteEnd(static state => ((Farewell)state!).Say(), new Farewell(over));
        using ITimer repeat = _time.CreateTimer(
            _ => RepeatCredentials(control, credentials), null, _options.CredentialsRepeat, Timeout.InfiniteTimeSpan);
        bool heard = false;
        while (true)
        {
            SmuxStream stream;
            try
            {
                stream = await session.AcceptStreamAsync(over.Token).ConfigureAwait(false);
            }
            catch (Exception) when (control.RemoteFinished && !cancellationToken.IsCancellationRequested)
            {
                // The server says no by closing the control stream, and ends a connection in the same way.
                return heard
                    ? new TunnelException(TunnelError.Killed, $"{_server} closed the control stream")
                    : new TunnelException(TunnelError.AuthenticationMismatch, $"{_server} refused the token or the domain {_options.Domain}");
            }
            catch (OperationCanceledException) when (session.CloseReason is not null)
            {
                throw session.CloseReason;
            }

            if (!heard)
            {
                heard = true;
                repeat.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                established();
                Status = TunnelClientStatus.Serving;
                Log.Serving(_logger, _options.Domain, _options.Server);
            }

            if (!Listener.TryAdd(new StreamConnectionContext(stream, local, remote)))
                return new TunnelException(TunnelError.Closed, "nothing serves requests any more");
        }
    }

    // A second copy is ignored by a server that has the first.
    private static void RepeatCredentials(SmuxStream control, byte[] credentials)
    {
        ValueTask writing = control.WriteAsync(credentials);
        if (writing.IsCompleted)
            _ = writing.AsTask().Exception;
        else
            _ = writing.AsTask().ContinueWith(static done => done.Exception, TaskScheduler.Default);
    }

    private async Task<(SslStream Tls, EndPoint? Local, EndPoint? Remote)> DialAsync(CancellationToken cancellationToken)
    {
        if (_options.Tls.DangerousSkipVerification)
            Log.VerificationSkipped(_logger, _options.Server);
        bool offer = _options.Extensions != TunnelExtensions.Off;
        try
        {
            return await DialOnceAsync(offer, cancellationToken).ConfigureAwait(false);
        }
        catch (TunnelException refused) when (_options.Extensions == TunnelExtensions.Prefer && ClientTls.WasRefusedByServer(refused))
        {
            // A server with a list of protocols that has not ours on it, as servers with automatic certificates have.
            return await DialOnceAsync(offerExtensions: false, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(SslStream Tls, EndPoint? Local, EndPoint? Remote)> DialOnceAsync(bool offerExtensions, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await HostAddresses.ResolveAsync(_server.Host, _options.AddressFamilies.ToSocketFamily(), cancellationToken).ConfigureAwait(false);
        if (_options.Protocol == CarrierProtocol.Udp)
            return await DialKcpAsync(addresses, offerExtensions, cancellationToken).ConfigureAwait(false);
        TcpCarrier tcp = await StaggeredDialer.ConnectAsync(addresses, _server.Port, TcpCarrier.ConnectAsync, _time, cancellationToken).ConfigureAwait(false);
        EndPoint? local = tcp.Socket.LocalEndPoint, remote = tcp.Socket.RemoteEndPoint;
        SslStream tls = await _tls.AuthenticateAsync(tcp.Stream, offerExtensions, cancellationToken).ConfigureAwait(false);
        return (await CheckExtensionsAsync(tls).ConfigureAwait(false), local, remote);
    }

    /// <summary>UDP says nothing about who is there: an address has answered when its TLS handshake is done.</summary>
    private async Task<(SslStream Tls, EndPoint? Local, EndPoint? Remote)> DialKcpAsync(
        IPAddress[] addresses, bool offerExtensions, CancellationToken cancellationToken)
    {
        EndPoint? remote = null;
        try
        {
            SslStream tls = await StaggeredDialer.ConnectAsync(
                addresses,
                _server.Port,
                async (address, cancel) =>
                {
                    SslStream connected = await _tls.AuthenticateAsync(KcpDialer.Dial(address, _options.Kcp, _time), offerExtensions, cancel).ConfigureAwait(false);
                    remote = address;
                    return connected;
                },
                _time,
                cancellationToken).ConfigureAwait(false);
            return (await CheckExtensionsAsync(tls).ConfigureAwait(false), null, remote);
        }
        catch (TunnelException failure) when (failure.InnerException is IOException { InnerException: SocketException refused })
        {
            throw new TunnelException(TunnelError.Unreachable, $"{_server}: {refused.Message}", failure);
        }
    }

    private async Task<SslStream> CheckExtensionsAsync(SslStream tls)
    {
        if (_options.Extensions != TunnelExtensions.Require || tls.NegotiatedApplicationProtocol == TunnelProtocols.Extended)
            return tls;
        await tls.DisposeAsync().ConfigureAwait(false);
        throw new TunnelException(TunnelError.TlsFailed, $"{_server} does not have the extensions that are required");
    }

    /// <summary>Starts what answers requests, unless an application's own Kestrel does.</summary>
    private async Task StartServingAsync(CancellationToken cancellationToken)
    {
        if (_kestrel is not null || (_options.BackendUrl is null && _options.Handler is null))
            return;
        RequestDelegate handler = _options.Handler ?? (_proxy = new BackendProxy(_options.BackendUrl!, _options, _logger, _time)).InvokeAsync;
        _services = new ServiceCollection().BuildServiceProvider();
        var options = new KestrelServerOptions { ApplicationServices = _services, AddServerHeader = false };
        options.Limits.MaxRequestHeadersTotalSize = 1024 * 1024;
        options.Limits.MaxRequestBodySize = null;          // the public side has the limits
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.ConfigureTunnel(this);
        _kestrel = new KestrelServer(Options.Create(options), Listener, _loggerFactory);
        await _kestrel.StartAsync(new DelegateApplication(handler), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the connection, if there is one, and everything that serves requests.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _disposing.CancelAsync().ConfigureAwait(false);
        await _one.WaitAsync().ConfigureAwait(false);
        if (_kestrel is not null)
        {
            using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await _kestrel.StopAsync(atOnce.Token).ConfigureAwait(false);
            _kestrel.Dispose();
        }

        await Listener.DisposeAsync().ConfigureAwait(false);
        _proxy?.Dispose();
        if (_services is not null)
            await _services.DisposeAsync().ConfigureAwait(false);
        _disposing.Dispose();
        _one.Dispose();
    }

    private sealed class Farewell(CancellationTokenSource over)
    {
        public void Say()
        {
            try
            {
                over.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The connection had ended for another reason.
            }
        }
    }

    private sealed class DelegateApplication(RequestDelegate handler) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => handler(context);

        public void DisposeContext(HttpContext context, Exception? exception) => ((DefaultHttpContext)context).Uninitialize();
    }
}
