using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Tunnel.Client;

/// <summary>Hands the streams that a tunnel client accepts to Kestrel, as if they were TCP connections.</summary>
internal sealed class StreamListener(EndPoint endPoint) : IConnectionListener, IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly Channel<ConnectionContext> _accepted = Channel.CreateUnbounded<ConnectionContext>();

    public EndPoint EndPoint => endPoint;

    public bool CanBind(EndPoint endpoint) => endpoint == endPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        CanBind(endpoint)
            ? ValueTask.FromResult<IConnectionListener>(this)
            : throw new NotSupportedException($"This listener is for {endPoint} only.");

    /// <summary>False when Kestrel has stopped.</summary>
    public bool TryAdd(ConnectionContext connection) => _accepted.Writer.TryWrite(connection);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_accepted.Reader.TryRead(out ConnectionContext? connection))
                return connection;
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _accepted.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _accepted.Writer.TryComplete();
        while (_accepted.Reader.TryRead(out ConnectionContext? left))
            await left.DisposeAsync().ConfigureAwait(false);
    }
}
