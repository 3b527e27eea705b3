using System.Net.Sockets;
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
            Socket socket = endpoint switch
            {
                ManagementEndpoint.Unix unix => await ConnectUnixAsync(unix, either.Token).ConfigureAwait(false),
                ManagementEndpoint.Tcp tcp => await StaggeredDialer.ConnectAsync(tcp, options.TimeProvider, either.Token).ConfigureAwait(false),
                _ => throw new NotSupportedException($"{endpoint} is dialled by the tunnel, not here."),
            };
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException error)
        {
            throw new EndpointUnreachableException($"{endpoint} cannot be reached: {error.Message}", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EndpointUnreachableException($"{endpoint} cannot be reached: no answer within {options.ConnectTimeout.TotalSeconds:0.###} s.", error);
        }
    }

    private static async Task<Socket> ConnectUnixAsync(ManagementEndpoint.Unix endpoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(endpoint.Path), cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
