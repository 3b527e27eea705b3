using System.Net;
using System.Net.Sockets;

namespace Mgmt.Core.Sockets;

/// <summary>
/// Dials all addresses of a name in the order in which they were resolved, each a little after the one before it (RFC 8305), and keeps the first
/// that answers: a family that is dead costs no more than <see cref="Stagger"/>.
/// </summary>
internal static class StaggeredDialer
{
    /// <summary>How long an attempt has before the next one begins beside it.</summary>
    public static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    /// <exception cref="SocketException">No address answered: the first failure.</exception>
    public static async Task<Socket> ConnectAsync(ManagementEndpoint.Tcp endpoint, TimeProvider time, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(endpoint.Host, out IPAddress? literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(endpoint.Host, endpoint.Family, cancellationToken).ConfigureAwait(false);
        return await ConnectAsync(addresses, endpoint.Port, time, cancellationToken).ConfigureAwait(false);
    }

    public static async Task<Socket> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        using var losers = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var attempts = new List<Task<Socket>>();
        Task<Socket>? winner = null;
        SocketException? failure = null;
        try
        {
            int next = 0;
            while (winner is null && (next < addresses.Count || attempts.Count > 0))
            {
                if (next < addresses.Count)
                    attempts.Add(ConnectAsync(new IPEndPoint(addresses[next++], port), losers.Token));
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(losers.Token);
                Task delay = next < addresses.Count ? Task.Delay(Stagger, time, pause.Token) : Task.Delay(Timeout.InfiniteTimeSpan, pause.Token);
                await Task.WhenAny([.. attempts, delay]).ConfigureAwait(false);
                await pause.CancelAsync().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                winner = attempts.Find(attempt => attempt.IsCompletedSuccessfully);
                foreach (Task<Socket> failed in attempts.Where(attempt => attempt.IsFaulted))
                    failure ??= failed.Exception!.InnerException as SocketException;
                attempts.RemoveAll(attempt => attempt.IsFaulted);
            }
        }
        finally
        {
            await losers.CancelAsync().ConfigureAwait(false);
            foreach (Task<Socket> attempt in attempts)
            {
                if (attempt != winner)
                    _ = attempt.ContinueWith(static late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            }
        }

        return winner is not null
            ? await winner.ConfigureAwait(false)
            : throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    // A daemon that is held or silent sends nothing, and neither do we: only probes tell that its host is gone.
    private static void NoticeDeadPeer(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            NoticeDeadPeer(socket);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
