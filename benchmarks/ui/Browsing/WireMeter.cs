using System.Net;
using System.Net.Sockets;

namespace Ui.Benchmarks.Browsing;

/// <summary>
/// Stands between the browser and a dashboard and counts the bytes to the browser: those of a compressed WebSocket the browser's own tools do not tell.
/// </summary>
internal sealed class WireMeter : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Uri _dashboard;
    private readonly Task _accepting;
    private long _toBrowser;

    public WireMeter(Uri dashboard)
    {
        _dashboard = dashboard;
        _listener.Start();
        Address = new UriBuilder(dashboard) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _accepting = AcceptAsync();
    }

    /// <summary>Where the browser finds the dashboard.</summary>
    public Uri Address { get; }

    public long ToBrowser => Interlocked.Read(ref _toBrowser);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
                connections.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_over.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task RelayAsync(TcpClient browser)
    {
        using (browser)
        {
            try
            {
                using TcpClient dashboard = new() { NoDelay = true };
                browser.NoDelay = true;
                await dashboard.ConnectAsync(_dashboard.Host, _dashboard.Port, _over.Token);
                NetworkStream here = browser.GetStream(), there = dashboard.GetStream();
                // Whoever closes first closes both.
                await Task.WhenAny(CopyAsync(here, there, counts: false), CopyAsync(there, here, counts: true));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // the dashboard or the measuring is over
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool counts)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _over.Token) is > 0 and int count)
            {
                if (counts)
                    Interlocked.Add(ref _toBrowser, count);
                await to.WriteAsync(buffer.AsMemory(0, count), _over.Token);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // one side has gone
        }
    }
}
