using System.Net;
using System.Net.Sockets;
using DualStack;
using Mgmt.Core.Connection;

namespace Mgmt.Core.Sockets;

/// <summary>Connects to an endpoint, and says nothing on it: for callers who want to know when the connection stands and the greeting is awaited.</summary>
public static class Dialer
{
    /// <summary>Connects by the rules of the endpoint's kind; see <see cref="ManagementConnection.OpenAsync"/> for what comes next.</summary>
    /// <param name="endpoint">Where an OpenVPN process listens.</param>
    /// <param name="options">How long to wait, and by which clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EndpointUnreachableException">Nothing answers there; the socket's own exception is inside.</exception>
    public static async Task<Stream> ConnectAsync(ManagementEndpoint endpoint, ManagementConnectionOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return endpoint switch
            {
                ManagementEndpoint.Unix unix => await ConnectAsync(new UnixDomainSocketEndPoint(unix.Path), either.Token).ConfigureAwait(false),
                ManagementEndpoint.Tcp tcp => await ConnectTcpAsync(tcp, options.TimeProvider, either.Token).ConfigureAwait(false),
                _ => throw new NotSupportedException($"{endpoint} is dialled by the tunnel, not here."),
            };
        }
        catch (SocketException error)
        {
            throw new EndpointUnreachableException($"{endpoint} cannot be reached: {Describe(error, endpoint)}", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EndpointUnreachableException($"{endpoint} cannot be reached: no answer within {options.ConnectTimeout.TotalSeconds:0.###} s.", error);
        }
    }

    private static string Describe(SocketException error, ManagementEndpoint endpoint) => (error.SocketErrorCode, endpoint) switch
    {
        // ENOENT, for which sockets have no word of their own
        (SocketError.AddressNotAvailable, ManagementEndpoint.Unix unix) => $"there is no socket at {unix.Path}.",
        (SocketError.ConnectionRefused, ManagementEndpoint.Unix unix) => $"nobody listens at {unix.Path}: the file is left from a process that has ended, or is no socket.",
        (SocketError.AccessDenied, ManagementEndpoint.Unix unix) => $"permission denied for {unix.Path}, or for a directory on the way to it.",
        _ => error.Message,
    };

    private static async Task<NetworkStream> ConnectTcpAsync(ManagementEndpoint.Tcp endpoint, TimeProvider time, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await HostAddresses.ResolveAsync(endpoint.Host, endpoint.Family, cancellationToken).ConfigureAwait(false);
        return await StaggeredDialer.ConnectAsync(addresses, endpoint.Port, ConnectAsync, time, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<NetworkStream> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        bool isTcp = endPoint is IPEndPoint;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, isTcp ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            if (isTcp)
                Prepare(socket);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>For TCP connections to a process, whoever dialled.</summary>
    internal static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        // A daemon that is held or silent sends nothing, and neither do we: only probes tell that its host is gone.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }
}
