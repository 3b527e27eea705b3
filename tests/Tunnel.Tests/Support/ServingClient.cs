using Tunnel.Client;

namespace Tunnel.Tests.Support;

/// <summary>A client of ours that runs until it is disposed.</summary>
internal sealed class ServingClient : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public ServingClient(TunnelClient client)
    {
        Client = client;
        Running = client.ConnectAsync(_stop.Token);
    }

    public TunnelClient Client { get; }

    public Task Running { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Client.DisposeAsync();
        _stop.Dispose();
    }
}
