using System.Net;
using System.Net.Sockets;

namespace Tunnel.Sockets;

/// <summary>Resolving, dialling and binding in both families of addresses, or in a forced one.</summary>
internal static class DualStack
{
    /// <summary>How long an attempt has for itself before the next address is tried beside it (RFC 8305).</summary>
    private static readonly TimeSpan s_stagger = TimeSpan.FromMilliseconds(250);

    /// <summary>All addresses of a host in the resolver's order, the families it may not use left out.</summary>
    /// <exception cref="SocketException">The host is unknown or has no address of the family.</exception>
    public static async Task<IPEndPoint[]> ResolveAsync(HostPort host, AddressFamilies families, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(host.Host, out IPAddress? literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host.Host, cancellationToken).ConfigureAwait(false);
        IPEndPoint[] usable = [.. addresses.Distinct().Where(address => Allows(families, address)).Select(address => new IPEndPoint(address, host.Port))];
        return usable.Length > 0
            ? usable
            : throw new SocketException((int)SocketError.HostNotFound, $"'{host.Host}' has no {families} address.");
    }

    /// <summary>
    /// Tries the addresses in order. The next one starts when the one before has failed or has had a quarter of a second; the first that succeeds
    /// wins, and the others are cancelled and disposed. When all fail, the first failure is thrown.
    /// </summary>
    public static async Task<T> ConnectAsync<T>(
        IReadOnlyList<IPEndPoint> addresses,
        Func<IPEndPoint, CancellationToken, Task<T>> connect,
        TimeProvider time,
        CancellationToken cancellationToken)
        where T : IAsyncDisposable
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<T>> running = [];
        Exception? firstFailure = null;
        int next = 0;
        try
        {
            while (true)
            {
                if (next < addresses.Count)
                    running.Add(connect(addresses[next++], others.Token));
                if (running.Count == 0)
                    throw firstFailure!;
                Task<Task<T>> any = Task.WhenAny(running);
                if (next < addresses.Count)
                {
                    using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    Task stagger = Task.Delay(s_stagger, time, tooLong.Token);
                    Task first = await Task.WhenAny(any, stagger).ConfigureAwait(false);
                    await tooLong.CancelAsync().ConfigureAwait(false);
                    if (first == stagger)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        continue;
                    }
                }

                Task<T> ended = await any.ConfigureAwait(false);
                running.Remove(ended);
                try
                {
                    return await ended.ConfigureAwait(false);
                }
                catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
                {
                    firstFailure ??= failure;
                }
            }
        }
        finally
        {
            await others.CancelAsync().ConfigureAwait(false);
            foreach (Task<T> loser in running)
                _ = DisposeLateAsync(loser);
        }
    }

    private static async Task DisposeLateAsync<T>(Task<T> loser)
        where T : IAsyncDisposable
    {
        await ((Task)loser).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (loser.IsCompletedSuccessfully)
            await (await loser.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        else
            _ = loser.Exception;
    }

    /// <summary>
    /// Binds a socket of the given kind to every address of the host, all or none; <c>*</c> is both wildcards. With port 0 all get the port the
    /// first one was given. An IPv6 socket never takes IPv4 besides, so each family has its own.
    /// </summary>
    /// <exception cref="SocketException">One of them cannot be bound.</exception>
    public static async Task<Socket[]> BindAsync(
        HostPort host, AddressFamilies families, SocketType type, CancellationToken cancellationToken)
    {
        IPEndPoint[] addresses;
        bool isWildcard = host.Host is "*" or "";
        if (isWildcard)
            addresses = [.. new[] { IPAddress.IPv6Any, IPAddress.Any }.Where(address => Allows(families, address) && IsSupported(address)).Select(address => new IPEndPoint(address, host.Port))];
        else
            addresses = await ResolveAsync(host, families, cancellationToken).ConfigureAwait(false);

        List<Socket> sockets = [];
        int port = host.Port;
        try
        {
            foreach (IPEndPoint address in addresses)
            {
                var socket = new Socket(address.AddressFamily, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
                sockets.Add(socket);
                if (address.AddressFamily == AddressFamily.InterNetworkV6)
                    socket.DualMode = false;
                socket.Bind(new IPEndPoint(address.Address, port));
                port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            }

            return [.. sockets];
        }
        catch
        {
            foreach (Socket socket in sockets)
                socket.Dispose();
            throw;
        }
    }

    private static bool Allows(AddressFamilies families, IPAddress address) => families switch
    {
        AddressFamilies.IPv4 => address.AddressFamily == AddressFamily.InterNetwork,
        AddressFamilies.IPv6 => address.AddressFamily == AddressFamily.InterNetworkV6,
        _ => true,
    };

    private static bool IsSupported(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? Socket.OSSupportsIPv6 : Socket.OSSupportsIPv4;
}
