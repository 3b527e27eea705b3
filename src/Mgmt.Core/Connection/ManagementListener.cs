using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Mgmt.Core.Sockets;

namespace Mgmt.Core.Connection;

/// <summary>
/// Waits for OpenVPN processes that dial in (<c>management-client</c>). They dial once, when they start, and end if nobody listens: listen first.
/// They also end whenever their management connection ends.
/// </summary>
public sealed class ManagementListener : IAsyncDisposable
{
    private readonly IReadOnlyList<Socket> _sockets;
    private readonly Channel<IncomingConnection> _arrivals = Channel.CreateBounded<IncomingConnection>(1);
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _accepting;

    private ManagementListener(ManagementEndpoint endpoint, Listening bound)
    {
        Endpoint = endpoint;
        Warnings = bound.Warnings;
        _sockets = bound.Sockets;
        _accepting = Task.WhenAll(_sockets.Select(AcceptLoopAsync));
    }

    /// <summary>What was asked for.</summary>
    public ManagementEndpoint Endpoint { get; }

    /// <summary>What is really listened on: one address for each that the endpoint's name stands for.</summary>
    public IReadOnlyList<EndPoint> LocalEndPoints => [.. _sockets.Select(socket => socket.LocalEndPoint!)];

    /// <summary>What may surprise: addresses of a family that this machine does not have, peers that can only come by one family.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>
    /// Begins to listen: on a unix socket (a stale file of a dead process is replaced, a live one is not), or on every address that the host stands
    /// for, all with the same port. The host <c>*</c> is every address of this machine.
    /// </summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EndpointUnreachableException">It cannot be listened there; the socket's own exception is inside.</exception>
    public static async Task<ManagementListener> ListenAsync(ManagementEndpoint endpoint, ManagementListenerOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        options ??= new ManagementListenerOptions();
        try
        {
            Listening bound = endpoint switch
            {
                ManagementEndpoint.Unix unix => await UnixBinder.BindAsync(unix, options, cancellationToken).ConfigureAwait(false),
                ManagementEndpoint.Tcp tcp => await TcpBinder.BindAsync(tcp, options, cancellationToken).ConfigureAwait(false),
                _ => throw new NotSupportedException($"{endpoint} is listened on by the tunnel, not here."),
            };
            return new ManagementListener(endpoint, bound);
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            throw new EndpointUnreachableException($"Nobody can listen on {endpoint}: {error.Message}", error);
        }
    }

    /// <summary>
    /// Takes over a socket that listens already, or is bound and shall listen: one that a service manager hands over, or the
    /// <c>Server</c> of a <see cref="TcpListener"/>.
    /// </summary>
    /// <param name="socket">Owned by the listener from now on. The file of a unix socket goes with it only if this process has bound it.</param>
    /// <param name="backlog">How many connections may wait to be accepted; only where the socket does not listen yet.</param>
    /// <exception cref="ArgumentException">The socket is not bound, or of a kind that nobody can dial.</exception>
    public static ManagementListener FromSocket(Socket socket, int backlog = 64)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket is not { IsBound: true, SocketType: SocketType.Stream })
            throw new ArgumentException("A listener needs a stream socket that is bound.", nameof(socket));
        ManagementEndpoint endpoint = socket.LocalEndPoint switch
        {
            IPEndPoint ip => new ManagementEndpoint.Tcp(ip.Address.ToString(), ip.Port, socket is { AddressFamily: AddressFamily.InterNetworkV6, DualMode: true } ? AddressFamily.Unspecified : ip.AddressFamily),
            UnixDomainSocketEndPoint unix => new ManagementEndpoint.Unix(unix.ToString()),
            _ => throw new ArgumentException("A listener needs a socket of TCP, or a unix socket.", nameof(socket)),
        };
        if (socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is 0)
            socket.Listen(backlog);
        return new ManagementListener(endpoint, new Listening([socket], []));
    }

    /// <summary>The next process that dials in. Nothing has been said to it yet.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ObjectDisposedException">The listener is closed.</exception>
    public async Task<IncomingConnection> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _arrivals.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_arrivals.Reader.TryRead(out IncomingConnection? arrival))
                return arrival;
        }

        throw new ObjectDisposedException(nameof(ManagementListener));
    }

    /// <summary>All processes that dial in, as they come, until the listener is closed.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public IAsyncEnumerable<IncomingConnection> AcceptAllAsync(CancellationToken cancellationToken = default) => _arrivals.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Stops listening, removes the unix socket's file, and closes what nobody has accepted. Accepted connections live on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_ending.IsCancellationRequested)
            await _ending.CancelAsync().ConfigureAwait(false);
        foreach (Socket socket in _sockets)
            socket.Dispose();
        await _accepting.ConfigureAwait(false);
        _arrivals.Writer.TryComplete();
        while (_arrivals.Reader.TryRead(out IncomingConnection? waiting))
            await waiting.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private async Task AcceptLoopAsync(Socket listener)
    {
        while (!_ending.IsCancellationRequested)
        {
            Socket? socket = null;
            try
            {
                socket = await listener.AcceptAsync(_ending.Token).ConfigureAwait(false);
                await _arrivals.Writer.WriteAsync(new IncomingConnection(socket), _ending.Token).ConfigureAwait(false);
            }
            catch (SocketException) when (!_ending.IsCancellationRequested)
            {
                // One that has gone before it was accepted, or no file descriptors left: the next attempt shows which.
                await Task.Delay(TimeSpan.FromMilliseconds(100), _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                socket?.Dispose();
                return;
            }
        }
    }
}
