using System.Buffers;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Mgmt.Core.Events;
using Mgmt.Core.Sockets;

namespace Mgmt.Core.Connection;

/// <summary>
/// A conversation with one OpenVPN process, over TCP, a unix socket or any duplex stream. Single-use: when it is over it stays over, and a
/// new one is made. One reader sorts replies from events and waits for nobody; commands are sent one at a time, in the order in which
/// they are given. All members may be used from any thread. The typed commands are extension methods in <c>Mgmt.Core.Commands</c>.
/// </summary>
public sealed class ManagementConnection : IAsyncDisposable
{
    private const int ReadBufferSize = 64 * 1024;

    private readonly Stream _transport;
    private readonly ManagementConnectionOptions _options;
    private readonly EventQueue _events;
    private readonly ReplyQueue _replies;
    private readonly Channel<ReadOnlyMemory<byte>> _outgoing = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly Task _loops;
    private bool _isOver;
    private bool _isClosing;
    private int _consumers;
    private long _malformed;
    private long _bytesReceived;

    private ManagementConnection(Stream transport, ManagementConnectionOptions options, Opening.Result opened)
    {
        _transport = transport;
        _options = options;
        Greeting = opened.Greeting;
        InterfaceVersion = opened.Version;
        _bytesReceived = opened.BytesReceived;
        _events = new EventQueue(options.EventCapacity, options.MaxQueuedBytes);
        _replies = new ReplyQueue(options, wire => _outgoing.Writer.TryWrite(wire), reason => Abort(reason, error: null));
        _loops = Task.WhenAll(ReadLoopAsync(opened.Rest), WriteLoopAsync());
    }

    /// <summary>The number in the greeting; 0 where there was none. It does not tell releases apart: ask <c>version</c>.</summary>
    public int InterfaceVersion { get; }

    /// <summary>The greeting's text; empty where there was none.</summary>
    public string Greeting { get; }

    /// <summary>
    /// Ends when the connection is over: well if we ended it, else with a <see cref="ManagementClosedException"/> that says why.
    /// </summary>
    public Task Completion => _completion.Task;

    /// <summary>Lines that broke the protocol; each is also delivered as <see cref="ManagementEvent.Malformed"/>.</summary>
    public long MalformedLines => Volatile.Read(ref _malformed);

    /// <summary>Events that were lost because the consumer was too slow.</summary>
    public long DroppedEvents => _events.Dropped;

    /// <summary>Bytes received so far.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    internal ManagementConnectionOptions Options => _options;

    /// <summary>What commands are chosen by. Without a greeting: that of 2.6.2, whose commands later releases know as well.</summary>
    internal int SpokenVersion => InterfaceVersion > 0 ? InterfaceVersion : 5;

    /// <summary>Connects to an OpenVPN process that listens, and waits for its greeting.</summary>
    /// <param name="endpoint">Where it listens.</param>
    /// <param name="options">How to behave.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ManagementOpenException">It did not work: see <see cref="ManagementOpenException.Failure"/>.</exception>
    public static async Task<ManagementConnection> ConnectAsync(
        ManagementEndpoint endpoint,
        ManagementConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        options ??= new ManagementConnectionOptions();
        Stream transport = await Dialer.ConnectAsync(endpoint, options, cancellationToken).ConfigureAwait(false);
        return await OpenAsync(transport, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes over a connected stream, either side of it having dialled, and waits for the greeting. Events that come before it are kept and
    /// delivered; where they come and no greeting does within its time, the connection is open without one.
    /// See <see cref="ManagementConnectionOptions.AwaitGreeting"/> for streams that have none.
    /// </summary>
    /// <param name="transport">Owned by the connection from now on, also if this fails.</param>
    /// <param name="options">How to behave.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ManagementOpenException">It did not work: see <see cref="ManagementOpenException.Failure"/>.</exception>
    public static async Task<ManagementConnection> OpenAsync(
        Stream transport,
        ManagementConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transport);
        options ??= new ManagementConnectionOptions();
        try
        {
            Opening.Result opened = await Opening.RunAsync(transport, options, cancellationToken).ConfigureAwait(false);
            return new ManagementConnection(transport, options, opened);
        }
        catch
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// The events, in order, for one consumer at a time. Ends with the connection: well if we ended it, else with <see cref="ManagementEvent.Closed"/>
    /// as the last event, and after it an exception that says the same.
    /// </summary>
    /// <param name="cancellationToken">Stops reading; what was not read stays for the next consumer.</param>
    /// <exception cref="ManagementClosedException">The connection was lost.</exception>
    public async IAsyncEnumerable<ManagementEvent> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _consumers, 1) == 1)
            throw new InvalidOperationException("Somebody else is reading the events of this connection.");
        try
        {
            while (await _events.ReadAsync(cancellationToken).ConfigureAwait(false) is { } next)
                yield return next;
        }
        finally
        {
            Volatile.Write(ref _consumers, 0);
        }
    }

    /// <summary>
    /// Says <c>exit</c> once everything asked before has been answered, so that the daemon frees its slot in an orderly way, and ends the connection.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting for the daemon; the connection still ends.</param>
    public async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
            _isClosing = true;
        try
        {
            var reader = new TextReplyReader(ReplyShape.Line, _options.MaxReplyBytes);
            // No reply comes to exit but the end of the connection, which fails this one.
            await ExecuteAsync("exit", "exit\n"u8.ToArray(), reader, cancellationToken).ConfigureAwait(false);
        }
        catch (ManagementException)
        {
            // That is what was wanted.
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends the connection at once. Everything that waits fails with <see cref="ManagementClosedException"/>. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _isClosing = true;
        Abort("The connection was closed by us.", error: null);
        await _loops.ConfigureAwait(false);
        _replies.Dispose();
        _ending.Dispose();
    }

    /// <param name="asEvent">Puts the reply also among the events, in its place: what stands before it came before it.</param>
    internal Task<T> ExecuteAsync<T>(
        string name,
        ReadOnlyMemory<byte> wire,
        IReplyReader<T> reader,
        CancellationToken cancellationToken,
        Func<T, ManagementEvent>? asEvent = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reply = new PendingReply<T>(name, wire, reader, asEvent is null ? null : result => _events.AddReply(asEvent(result)));
        _replies.Enqueue(reply);
        return reply.Task.WaitAsync(cancellationToken); // cancelling gives up the wait, not the place in line
    }

    private async Task ReadLoopAsync(ReadOnlyMemory<byte> first)
    {
        // The constructor's caller does not wait for what the greeting brought along.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var sink = new Sink(this);
        try
        {
            sink.Write(first.Span);
            while (true)
            {
                // No buffer is held while there is nothing to read.
                _ = await _transport.ReadAsync(Memory<byte>.Empty, _ending.Token).ConfigureAwait(false);
                byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadBufferSize);
                try
                {
                    int length = await _transport.ReadAsync(buffer, _ending.Token).ConfigureAwait(false);
                    if (length == 0)
                        break;
                    Volatile.Write(ref _bytesReceived, _bytesReceived + length);
                    sink.Write(buffer.AsSpan(0, length));
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }

            sink.Complete();
            Abort("OpenVPN closed the connection.", error: null);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // Abort has said why.
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            sink.Complete();
            Abort("The connection to OpenVPN was lost: " + error.Message, error);
        }
        catch (Exception error)
        {
            Abort("The connection was given up: " + error.Message, error);
        }
    }

    private async Task WriteLoopAsync()
    {
        try
        {
            await foreach (ReadOnlyMemory<byte> wire in _outgoing.Reader.ReadAllAsync(_ending.Token).ConfigureAwait(false))
                await _transport.WriteAsync(wire, _ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // Abort has said why.
        }
        catch (Exception error)
        {
            // What the daemon said before it went is still to be read: the reader finds the end.
            if (error is not (IOException or ObjectDisposedException))
                Abort("The connection was given up: " + error.Message, error);
        }
    }

    /// <summary>The one way to die: the first reason is kept.</summary>
    private void Abort(string reason, Exception? error)
    {
        bool asWanted;
        lock (_gate)
        {
            if (_isOver)
                return;
            _isOver = true;
            asWanted = _isClosing;
        }

        var closed = new ManagementClosedException(reason, error);
        _replies.Close(closed);
        _outgoing.Writer.TryComplete();
        _events.Complete(asWanted ? null : closed);
        _ending.Cancel();
        _transport.Dispose();
        if (asWanted)
        {
            _completion.TrySetResult();
        }
        else
        {
            _completion.TrySetException(closed);
            _ = _completion.Task.Exception; // nobody is obliged to look
        }
    }

    private sealed class Sink : IManagementSink
    {
        private readonly ManagementConnection _connection;
        private readonly Demultiplexer _demultiplexer;
        private bool _isComplete;

        public Sink(ManagementConnection connection)
        {
            _connection = connection;
            _demultiplexer = new Demultiplexer(this);
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            _demultiplexer.Write(bytes);
            _connection._events.Wake();
        }

        /// <summary>Nothing more will come; the end of the connection, which follows, wakes the consumer.</summary>
        public void Complete()
        {
            _isComplete = true;
            _demultiplexer.Complete();
        }

        public void OnByteCounts(ReadOnlySpan<ByteCount> counts)
        {
            _connection._events.Add(counts);
            _connection._options.ByteCountObserver?.Invoke(counts);
        }

        public void OnEvent(ManagementEvent notification, int wireLength)
        {
            if (notification is (ManagementEvent.Pkcs11IdCount or ManagementEvent.Pkcs11IdEntry) && _connection._replies.OnNotification(notification))
                return;
            if (notification is ManagementEvent.Malformed)
                Volatile.Write(ref _connection._malformed, _connection._malformed + 1);
            _connection._events.Add(notification, wireLength);
        }

        public void OnReplyLine(ReadOnlySpan<byte> line)
        {
            // A reply without its line end may be half of one, and "pid=47" is not the half of 4711: it is told, and answers nobody.
            if (_isComplete)
                OnMalformed(line, "a reply that was cut off");
            else if (!_connection._replies.OnLine(line))
                OnMalformed(line, "a reply that nobody asked for");
            _demultiplexer.EveryLineIsReply = _connection._replies.EveryLineIsReply;
        }

        private void OnMalformed(ReadOnlySpan<byte> line, string reason) =>
            OnEvent(EventParser.Malformed(System.Text.Encoding.UTF8.GetString(line[..Math.Min(line.Length, 200)]), reason), line.Length);
    }
}
