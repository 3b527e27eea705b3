using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Tunnel.Smux;

namespace Tunnel.Client;

/// <summary>
/// One stream as a connection of Kestrel's. FIN from the server means that the visitor is gone: the input ends and <see cref="ConnectionClosed"/>
/// is cancelled, so that the request is aborted.
/// </summary>
internal sealed class StreamConnectionContext : ConnectionContext,
    IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature, IDuplexPipe
{
    private static readonly StreamPipeReaderOptions s_reading = new(bufferSize: 4096, minimumReadSize: 1024, leaveOpen: true, useZeroByteReads: true);

    private readonly SmuxStream _stream;
    // Never disposed: it is cancelled from another thread, at any time.
    private readonly CancellationTokenSource _closed = new();
    private readonly FeatureCollection _features = new(8);
    private IDictionary<object, object?>? _items;
    private int _disposed;

    public StreamConnectionContext(SmuxStream stream, EndPoint? local, EndPoint? remote)
    {
        _stream = stream;
        (LocalEndPoint, RemoteEndPoint) = (local, remote);
        ConnectionClosed = _closed.Token;
        Input = PipeReader.Create(stream, s_reading);
        Output = new StreamPipeOutput(stream);
        Transport = this;
        _features.Set<IConnectionIdFeature>(this);
        _features.Set<IConnectionTransportFeature>(this);
        _features.Set<IConnectionItemsFeature>(this);
        _features.Set<IConnectionLifetimeFeature>(this);
        _features.Set<IConnectionEndPointFeature>(this);
        stream.OnRemoteEnd(static state => ThreadPool.UnsafeQueueUserWorkItem(static context => context._closed.Cancel(), (StreamConnectionContext)state!, preferLocal: false), this);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public override IDuplexPipe Transport { get; set; }

    public override string ConnectionId { get => field ??= _stream.Id.ToString(CultureInfo.InvariantCulture); set; }

    public override IFeatureCollection Features => _features;

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public override void Abort() => _stream.Dispose();

    public override void Abort(ConnectionAbortedException abortReason) => _stream.Dispose();

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await Output.CompleteAsync().ConfigureAwait(false);
        await Input.CompleteAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
