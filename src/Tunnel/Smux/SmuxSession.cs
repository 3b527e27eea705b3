using System.Buffers;
using System.Buffers.Binary;
using System.Threading.Channels;

namespace Tunnel.Smux;

/// <summary>
/// Many streams over one carrier, wire-compatible with Go's smux. Single-use: when it is over it stays over.
/// One loop reads the carrier and never waits for a stream's user, except when the whole receive buffer is used up; one loop writes.
/// The carrier must answer a read of zero bytes when there is something to read: a session without traffic holds no buffers.
/// </summary>
internal sealed class SmuxSession : IAsyncDisposable
{
    private const int ReadBufferSize = 64 * 1024;

    /// <summary>A carrier that always has something to read never makes its loop wait: after so many bytes others have their turn.</summary>
    private const int Turn = 512 * 1024;
    private static readonly TimeSpan s_farewellLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_drainLimit = TimeSpan.FromSeconds(0.25);

    private readonly Stream _carrier;
    private readonly TimeProvider _time;
    private readonly bool _acceptStreams;
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, SmuxStream> _streams = [];
    private readonly Channel<SmuxStream> _incoming = Channel.CreateUnbounded<SmuxStream>();
    private readonly AsyncSignal _budget = new();
    private readonly PoolTurn _turn = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _keepAlive;
    private readonly Task _sending;
    private readonly Task _receiving;
    private SmuxException? _closeReason;
    private uint _lastOpenedId;
    private bool _idsExhausted;
    private int _peerStreams;
    private double _openTokens;
    private long _openTokensAt;
    private int _buffered;
    private long _consumedTotal;
    private bool _reading = true;
    private long _lastReceived;

    // The payload under way, when a frame is longer than what has arrived of it.
    private SmuxStream? _payloadStream;
    private int _payloadRest;

    /// <param name="carrier">Owned by the session from now on.</param>
    /// <param name="role">Which stream ids are ours.</param>
    /// <param name="options">Both ends must have the same version.</param>
    /// <param name="acceptStreams">Whether the peer may open streams; if not, one SYN ends the session.</param>
    /// <param name="time">The clock of keep-alive and stall limits.</param>
    public SmuxSession(Stream carrier, SmuxRole role, SmuxOptions options, bool acceptStreams = true, TimeProvider? time = null)
    {
        options.Validate();
        _carrier = carrier;
        _time = time ?? TimeProvider.System;
        _acceptStreams = acceptStreams;
        Options = options;
        Role = role;
        _lastOpenedId = role == SmuxRole.Client ? 1u : 0u;
        _openTokens = options.MaxStreamsPerSecond;
        _openTokensAt = _lastReceived = _time.GetTimestamp();
        Sender = new FrameSender(carrier, options);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sending = SendAsync(started.Task);
        _receiving = ReceiveAsync(started.Task);
        _keepAlive = _time.CreateTimer(static state => ((SmuxSession)state!).KeepAlive(), this, options.KeepAliveInterval, options.KeepAliveInterval);
        started.SetResult();
    }

    public SmuxRole Role { get; }

    public SmuxOptions Options { get; }

    internal FrameSender Sender { get; }

    /// <summary>Completes, never fails, when the session is over. <see cref="CloseReason"/> says why.</summary>
    public Task Completion => _completion.Task;

    public SmuxException? CloseReason => Volatile.Read(ref _closeReason);

    public int StreamCount
    {
        get
        {
            lock (_gate)
                return _streams.Count;
        }
    }

    /// <summary>Bytes received and not yet read, over all streams.</summary>
    public int Buffered => Volatile.Read(ref _buffered);

    /// <summary>How long ago the last bytes arrived.</summary>
    public TimeSpan Silence => _time.GetElapsedTime(Volatile.Read(ref _lastReceived));

    /// <summary>The receive buffer is used up and the carrier is not read.</summary>
    public bool IsPaused => !Volatile.Read(ref _reading);

    internal void SkipIdsForTests(uint lastOpened) => _lastOpenedId = lastOpened;

    /// <summary>Opens a stream; it is registered before its SYN leaves, so an instant answer finds it.</summary>
    /// <param name="atOnce">False when a write follows immediately: the SYN then travels with it.</param>
    public SmuxStream OpenStream(bool atOnce = true)
    {
        SmuxStream stream;
        lock (_gate)
        {
            if (_closeReason is not null)
                throw _closeReason;
            uint next = unchecked(_lastOpenedId + 2);
            if (_idsExhausted || next < _lastOpenedId)
            {
                _idsExhausted = true;
                throw new SmuxException(SmuxError.IdsExhausted, "This session has used up its stream ids.");
            }

            _lastOpenedId = next;
            stream = new SmuxStream(this, next, openedByPeer: false);
            _streams.Add(next, stream);
        }

        if (!Sender.TrySend(FrameCommand.Open, stream.Id, atOnce))
            AbortForBacklog();
        return stream;
    }

    /// <summary>The next stream the peer opened.</summary>
    /// <exception cref="SmuxException">The session is over.</exception>
    public async ValueTask<SmuxStream> AcceptStreamAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _incoming.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw CloseReason!;
        }
    }

    /// <summary>Ends the session now. The first reason is kept.</summary>
    public void Abort(SmuxException reason)
    {
        SmuxStream[] streams;
        lock (_gate)
        {
            if (_closeReason is not null)
                return;
            _closeReason = reason;
            streams = [.. _streams.Values];
            _streams.Clear();
        }

        _keepAlive.Dispose();
        Sender.Complete(reason);
        foreach (SmuxStream stream in streams)
        {
            Sender.Fail(stream.Outbound, reason);
            stream.Fail(reason, dropReceived: false);
        }

        _incoming.Writer.TryComplete();
        _budget.Set();
        _ = CloseCarrierAsync(hadStreams: streams.Length > 0);
    }

    /// <summary>Closes the session: what was written still leaves, if the peer takes it within a second.</summary>
    public async ValueTask DisposeAsync()
    {
        Abort(new SmuxException(SmuxError.Closed, "The session was closed here."));
        await Completion.ConfigureAwait(false);
    }

    /// <summary>The first thing that ends a session closes its carrier, which in turn ends both loops.</summary>
    private async Task CloseCarrierAsync(bool hadStreams)
    {
        if (CloseReason!.Error is SmuxError.Closed)
        {
            await Task.WhenAny(_sending, Task.Delay(s_farewellLimit, _time)).ConfigureAwait(false);
            // TCP closed over unread data resets the connection, and the peer would lose what it was told last.
            if (hadStreams)
                await Task.WhenAny(_receiving, Task.Delay(s_drainLimit, _time)).ConfigureAwait(false);
        }

        try
        {
            await _carrier.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone either way.
        }

        await Task.WhenAll(_sending, _receiving).ConfigureAwait(false);
        _completion.TrySetResult();
    }

    private async Task SendAsync(Task started)
    {
        await started.ConfigureAwait(false);
        try
        {
            await Sender.RunAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Abort(new SmuxException(SmuxError.CarrierFailed, $"The connection failed while writing: {error.Message}", error));
        }
    }

    private async Task ReceiveAsync(Task started)
    {
        await started.ConfigureAwait(false);
        byte[]? buffer = null;
        int start = 0, end = 0, turn = 0;
        try
        {
            while (CloseReason is null)
            {
                if (start == end)
                {
                    start = end = 0;
                    ValueTask<int> something = _carrier.ReadAsync(Memory<byte>.Empty);
                    if (!something.IsCompleted)
                    {
                        _payloadStream?.EndPiece();
                        if (buffer is not null)
                            ArrayPool<byte>.Shared.Return(buffer);
                        buffer = null;
                    }

                    await something.ConfigureAwait(false);
                    buffer ??= ArrayPool<byte>.Shared.Rent(ReadBufferSize);
                }
                else if (start > 0)
                {
                    // Less than one header is left over.
                    buffer.AsSpan(start, end - start).CopyTo(buffer);
                    (start, end) = (0, end - start);
                }

                int read = await _carrier.ReadAsync(buffer.AsMemory(end)).ConfigureAwait(false);
                if (read == 0)
                {
                    Abort(new SmuxException(SmuxError.RemoteClosed, "The other side closed the connection."));
                    return;
                }

                Volatile.Write(ref _lastReceived, _time.GetTimestamp());
                end += read;
                if ((turn += read) >= Turn)
                {
                    turn = 0;
                    await _turn;
                }
                while (true)
                {
                    start += Process(buffer.AsSpan(start, end - start));
                    if (Buffered < Options.MaxReceiveBuffer)
                        break;
                    _payloadStream?.EndPiece();
                    await WaitForReadersAsync().ConfigureAwait(false);
                    if (CloseReason is not null)
                        break;
                }
            }

            await DrainAsync(buffer ??= ArrayPool<byte>.Shared.Rent(ReadBufferSize)).ConfigureAwait(false);
        }
        catch (SmuxException violation)
        {
            Abort(violation);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Abort(new SmuxException(SmuxError.CarrierFailed, $"The connection failed while reading: {error.Message}", error));
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>After this side closed: what still comes is read and dropped until the peer closes, too, or the carrier is taken away.</summary>
    private async Task DrainAsync(byte[] buffer)
    {
        try
        {
            while (CloseReason!.Error is SmuxError.Closed && await _carrier.ReadAsync(buffer.AsMemory()).ConfigureAwait(false) > 0)
            {
                // dropped
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The carrier is gone.
        }
    }

    /// <summary>Takes whole headers and as much payload as is there; returns how much it took. Stops when the receive buffer is used up.</summary>
    private int Process(ReadOnlySpan<byte> data)
    {
        int taken = 0;
        while (Buffered < Options.MaxReceiveBuffer)
        {
            ReadOnlySpan<byte> rest = data[taken..];
            if (_payloadRest > 0)
            {
                if (rest.IsEmpty)
                    break;
                int count = Math.Min(_payloadRest, rest.Length);
                Deliver(rest[..count]);
                _payloadRest -= count;
                taken += count;
                continue;
            }

            if (rest.Length < FrameHeader.Size)
                break;
            FrameHeader header = FrameHeader.Read(rest);
            if (header.Version != Options.Version)
                throw Violation($"A frame says version {header.Version} where {Options.Version} was agreed.");
            if (header.Command == FrameCommand.Update)
            {
                if (Options.Version != 2 || header.Length != FrameHeader.UpdateSize)
                    throw Violation("A window update came that cannot be.");
                if (rest.Length < FrameHeader.Size + FrameHeader.UpdateSize)
                    break;
                OnUpdate(
                    header.StreamId,
                    BinaryPrimitives.ReadUInt32LittleEndian(rest[FrameHeader.Size..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(rest[(FrameHeader.Size + 4)..]));
                taken += FrameHeader.Size + FrameHeader.UpdateSize;
                continue;
            }

            taken += FrameHeader.Size;
            if (header.Command != FrameCommand.Push && header.Length != 0)
                throw Violation($"A frame with command {(byte)header.Command} carries {header.Length} bytes.");
            switch (header.Command)
            {
                case FrameCommand.Nop:
                    break;
                case FrameCommand.Open:
                    OnOpen(header.StreamId);
                    break;
                case FrameCommand.Finish:
                    OnFinish(header.StreamId);
                    break;
                case FrameCommand.Push:
                    _payloadStream = Find(header.StreamId); // null: a stream that is gone, which is normal
                    _payloadRest = header.Length;
                    break;
                default:
                    throw Violation($"A frame has the unknown command {(byte)header.Command}.");
            }
        }

        return taken;
    }

    private void Deliver(ReadOnlySpan<byte> data)
    {
        if (_payloadStream is not { } stream)
            return;
        stream.Append(data, frameEnds: data.Length == _payloadRest);
        if (Options.Version == 2 && stream.Buffered > Math.Max(OutboundStream.InitialWindow, Options.MaxStreamBuffer))
            Reset(stream, new SmuxException(SmuxError.Flooded, "The peer sent more on one stream than its window allows."));
    }

    private void OnOpen(uint id)
    {
        if (!_acceptStreams)
            throw Violation("The other side opened a stream, which only this side may do.");
        SmuxStream? stream = null;
        lock (_gate)
        {
            if (_closeReason is not null || _streams.ContainsKey(id))
                return; // SYN for a live id is ignored
            if (_peerStreams < Options.MaxStreams && TakeOpenToken())
            {
                stream = new SmuxStream(this, id, openedByPeer: true);
                _streams.Add(id, stream);
                _peerStreams++;
            }
        }

        if (stream is not null)
            _incoming.Writer.TryWrite(stream);
        else if (!Sender.TrySend(FrameCommand.Finish, id))
            AbortForBacklog();
    }

    private bool TakeOpenToken()
    {
        long now = _time.GetTimestamp();
        _openTokens = Math.Min(
            Options.MaxStreamsPerSecond,
            _openTokens + (_time.GetElapsedTime(_openTokensAt, now).TotalSeconds * Options.MaxStreamsPerSecond));
        _openTokensAt = now;
        if (_openTokens < 1)
            return false;
        _openTokens--;
        return true;
    }

    private void OnFinish(uint id)
    {
        if (Find(id) is not { } stream)
            return;
        stream.FinishRemotely();
        lock (_gate)
        {
            // Both sides sent FIN: the id is free again.
            if (stream.Outbound.Finished)
                Forget(stream);
        }
    }

    private void OnUpdate(uint id, uint consumed, uint window)
    {
        if (Find(id) is { } stream && !Sender.TryUpdate(stream.Outbound, consumed, window))
            Reset(stream, Violation("The peer says it consumed more of a stream than was sent."));
    }

    private SmuxStream? Find(uint id)
    {
        lock (_gate)
            return _streams.GetValueOrDefault(id);
    }

    /// <summary>The receive buffer is used up: the carrier is not read until somebody reads, or until who holds most has to go.</summary>
    private async Task WaitForReadersAsync()
    {
        Volatile.Write(ref _reading, false);
        Interlocked.MemoryBarrier(); // a reader sees the flag, or we see what it took
        try
        {
            long seen = Volatile.Read(ref _consumedTotal);
            using ITimer timer = _time.CreateTimer(
                static state => ((SmuxSession)state!)._budget.Set(), this, Options.StallTimeout, Options.StallTimeout);
            long since = _time.GetTimestamp();
            while (Buffered >= Options.MaxReceiveBuffer && CloseReason is null)
            {
                await _budget.WaitAsync().ConfigureAwait(false);
                long consumed = Volatile.Read(ref _consumedTotal);
                if (consumed != seen)
                {
                    (seen, since) = (consumed, _time.GetTimestamp());
                }
                else if (_time.GetElapsedTime(since) >= Options.StallTimeout && HolderOfMost() is { } holder)
                {
                    Reset(holder, new SmuxException(
                        SmuxError.StreamStalled,
                        $"The stream was closed: it held {holder.Buffered} received bytes that nobody read, while all others had to wait."));
                }
            }
        }
        finally
        {
            // Silence is counted again from here on.
            Volatile.Write(ref _lastReceived, _time.GetTimestamp());
            Volatile.Write(ref _reading, true);
        }
    }

    private SmuxStream? HolderOfMost()
    {
        lock (_gate)
            return _streams.Values.MaxBy(stream => stream.Buffered);
    }

    private void Reset(SmuxStream stream, SmuxException reason)
    {
        stream.Fail(reason, dropReceived: true);
        Close(stream, reason);
    }

    internal void CountBuffered(int count)
    {
        if (count > 0)
            Interlocked.Add(ref _buffered, count);
    }

    /// <summary>A stream's user took bytes, or a stream dropped what it held.</summary>
    internal void Consumed(int count)
    {
        if (count == 0)
            return;
        Interlocked.Add(ref _consumedTotal, count);
        Interlocked.Add(ref _buffered, -count);
        if (!Volatile.Read(ref _reading))
            _budget.Set();
    }

    internal void TellConsumed(uint streamId, uint consumed)
    {
        if (!Sender.TrySendUpdate(streamId, consumed, (uint)Options.MaxStreamBuffer))
            AbortForBacklog();
    }

    internal void FinishWrites(SmuxStream stream, Exception reason)
    {
        if (!Sender.TryFinish(stream.Outbound, reason))
            AbortForBacklog();
        lock (_gate)
        {
            if (stream.RemoteFinished)
                Forget(stream);
        }
    }

    internal void Close(SmuxStream stream, Exception reason)
    {
        lock (_gate)
            Forget(stream);
        if (!Sender.TryFinish(stream.Outbound, reason))
            AbortForBacklog();
    }

    private void Forget(SmuxStream stream)
    {
        // The id may belong to a newer stream by now.
        if (!_streams.TryGetValue(stream.Id, out SmuxStream? current) || current != stream)
            return;
        _streams.Remove(stream.Id);
        if (stream.OpenedByPeer)
            _peerStreams--;
    }

    private void KeepAlive()
    {
        if (Volatile.Read(ref _reading) && Silence > Options.KeepAliveTimeout)
        {
            Abort(new SmuxException(
                SmuxError.KeepAliveTimeout,
                $"Nothing arrived for {Silence.TotalSeconds:0} s: the other side is gone or frozen."));
        }
        else if (Sender.TakeQuiet())
        {
            Sender.TrySend(FrameCommand.Nop, 0);
            Sender.TakeQuiet(); // the NOP itself does not make the next one unnecessary
        }
    }

    private void AbortForBacklog() => Abort(new SmuxException(
        SmuxError.Flooded, "The other side takes nothing while it makes this side send ever more."));

    private static SmuxException Violation(string message) => new(SmuxError.ProtocolViolation, message);
}
