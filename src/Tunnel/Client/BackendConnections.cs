using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using DualStack;
using Tunnel.Carriers;
using Tunnel.Sockets;

namespace Tunnel.Client;

/// <summary>Connections to the backend: opened when needed, kept for a while for the next request. No proxy, no redirects, no other host.</summary>
internal sealed class BackendConnections(BackendAddress address, TimeProvider time) : IDisposable
{
    private const int MaxIdle = 64;
    private static readonly TimeSpan s_idleLife = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentStack<(BackendTransport Transport, long Since)> _idle = new();
    private readonly HostPort _host = new(address.Url.DnsSafeHost, address.Url.Port);
    private volatile bool _disposed;

    /// <summary>One that served a request before and still looks alive.</summary>
    public BackendTransport? TryTakeIdle()
    {
        while (_idle.TryPop(out (BackendTransport Transport, long Since) idle))
        {
            if (time.GetElapsedTime(idle.Since) < s_idleLife && !idle.Transport.IsStale)
                return idle.Transport;
            idle.Transport.Stream.Dispose();
        }

        return null;
    }

    public async Task<BackendTransport> ConnectAsync(CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(s_connectTimeout);
        IPAddress[] addresses = await HostAddresses.ResolveAsync(_host.Host, AddressFamily.Unspecified, late.Token).ConfigureAwait(false);
        TcpCarrier tcp = await StaggeredDialer.ConnectAsync(addresses, _host.Port, TcpCarrier.ConnectAsync, time, late.Token).ConfigureAwait(false);
        if (!address.IsSecure)
            return new BackendTransport(this, tcp.Stream, tcp.Socket);
        var tls = new SslStream(tcp.Stream, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = _host.TlsName }, late.Token).ConfigureAwait(false);
            return new BackendTransport(this, tls, tcp.Socket);
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Release(BackendTransport transport, bool reusable)
    {
        if (reusable && !_disposed && _idle.Count < MaxIdle)
            _idle.Push((transport, time.GetTimestamp()));
        else
            transport.Stream.Dispose();
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryPop(out (BackendTransport Transport, long Since) idle))
            idle.Transport.Stream.Dispose();
    }
}
