using System.Net;
using System.Net.Sockets;

namespace E2E.Proxies;

/// <summary>Takes connections and passes nothing on until it is released.</summary>
internal sealed class HeldRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _work;

    public HeldRelay(Uri target)
    {
        _listener.Start();
        _work = AcceptAsync(target);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Release() => _released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _work;
        _listener.Dispose();
        _ended.Dispose();
    }

    private async Task AcceptAsync(Uri target)
    {
        List<Task> relays = [];
        try
        {
            while (true)
                relays.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_ended.Token), target));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(TcpClient accepted, Uri target)
    {
        using TcpClient client = accepted, server = new();
        try
        {
            await _released.Task.WaitAsync(_ended.Token);
            await server.ConnectAsync(target.Host, target.Port, _ended.Token);
            await Task.WhenAny(
                client.GetStream().CopyToAsync(server.GetStream(), _ended.Token),
                server.GetStream().CopyToAsync(client.GetStream(), _ended.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // one of them is gone, or the test is over
        }
    }
}
