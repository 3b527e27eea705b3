using System.Buffers;
using System.Buffers.Binary;

namespace Tunnel.Smux;

/// <summary>
/// The one writer of a session's carrier. Frames are laid one behind the other into a buffer, and the loop hands the whole buffer to
/// the carrier while the next one fills: many small frames become one TLS record. Writers that find the buffer full stand in line
/// and take turns, one frame each, so that one busy stream never holds up the others.
/// </summary>
internal sealed class FrameSender(Stream carrier, SmuxOptions options)
{
    /// <summary>Bytes of control frames that a peer which takes nothing may pile up before the session is given up.</summary>
    public const int MaxBacklog = 1024 * 1024;

    private readonly Lock _gate = new();
    // Whoever writes while nothing is under way sends it on its own thread: a message saves the way through another one.
    private readonly AsyncSignal _work = new(inline: true);
    private readonly PoolTurn _turn = new();
    private byte[]? _pending;
    private int _count;
    private OutboundStream? _firstInLine;
    private OutboundStream? _lastInLine;
    private Exception? _closed;
    private bool _spoke;
    private Action<object?, CancellationToken>? _cancelWrite;

    private bool HasWindows => options.Version == 2;

    /// <summary>Nothing waits to be written.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
                return _count == 0;
        }
    }

    /// <summary>Whether nothing was sent since the last time this was asked: only then is a keep-alive frame needed.</summary>
    public bool TakeQuiet()
    {
        lock (_gate)
        {
            bool quiet = !_spoke;
            _spoke = false;
            return quiet;
        }
    }

    /// <summary>Puts a frame without payload behind what waits. False when the backlog is too long.</summary>
    /// <param name="command">Not a push or an update.</param>
    /// <param name="streamId">Whom it is about.</param>
    /// <param name="atOnce">False leaves it until the next frame, which follows shortly.</param>
    public bool TrySend(FrameCommand command, uint streamId, bool atOnce = true)
    {
        lock (_gate)
        {
            if (_closed is not null)
                return true; // the session is over; nobody misses this frame
            if (_count >= options.SendBuffer + FrameHeader.MaxPayload + MaxBacklog)
                return false;
            AppendHeader(command, 0, streamId);
        }

        if (atOnce)
            _work.Set();
        return true;
    }

    /// <summary>UPD: tells the peer how much of a stream was consumed and how much may be on its way.</summary>
    public bool TrySendUpdate(uint streamId, uint consumed, uint window)
    {
        lock (_gate)
        {
            if (_closed is not null)
                return true;
            if (_count >= options.SendBuffer + FrameHeader.MaxPayload + MaxBacklog)
                return false;
            Span<byte> payload = AppendHeader(FrameCommand.Update, FrameHeader.UpdateSize, streamId);
            BinaryPrimitives.WriteUInt32LittleEndian(payload, consumed);
            BinaryPrimitives.WriteUInt32LittleEndian(payload[4..], window);
        }

        _work.Set();
        return true;
    }

    /// <summary>FIN, behind all data of the stream. A write that still waits fails with <paramref name="reason"/>.</summary>
    public bool TryFinish(OutboundStream stream, Exception reason)
    {
        lock (_gate)
        {
            stream.Failure ??= reason;
            stream.Rest = default;
            stream.Operation.TryFail(reason);
            if (stream.Finished)
                return true;
            stream.Finished = true;
        }

        return TrySend(FrameCommand.Finish, stream.Id);
    }

    /// <summary>Takes all of <paramref name="data"/> before the task completes; the memory is the caller's again then.</summary>
    public ValueTask WriteAsync(OutboundStream stream, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        short version;
        bool appended;
        lock (_gate)
        {
            if ((stream.Failure ?? _closed) is { } failure)
                return ValueTask.FromException(failure);
            if (stream.Operation.IsPending)
                throw new InvalidOperationException("Another write on this stream has not finished yet.");
            int before = _count;
            while (!data.IsEmpty && _firstInLine is null && TryAppendFrame(stream, ref data))
            {
                // as many frames as fit
            }

            appended = _count > before;
            version = 0;
            if (!data.IsEmpty)
            {
                version = stream.Operation.Start();
                stream.Rest = data;
                if (MaySend(stream))
                    StandInLine(stream);
            }
        }

        if (appended)
            _work.Set();
        if (data.IsEmpty)
            return ValueTask.CompletedTask;
        stream.Operation.CancelWith(_cancelWrite ??= CancelWrite, stream, cancellationToken);
        return new ValueTask(stream.Operation, version);
    }

    private void CancelWrite(object? state, CancellationToken cancellationToken)
    {
        var stream = (OutboundStream)state!;
        lock (_gate)
        {
            stream.Rest = default;
            stream.Operation.TryFail(new OperationCanceledException(cancellationToken));
        }
    }

    /// <summary>Takes an UPD. False when it is impossible.</summary>
    public bool TryUpdate(OutboundStream stream, uint consumed, uint window)
    {
        lock (_gate)
        {
            if (!stream.TryUpdate(consumed, window))
                return false;
            if (!stream.Operation.IsPending || stream.InLine || !MaySend(stream))
                return true;
            StandInLine(stream);
        }

        _work.Set();
        return true;
    }

    /// <summary>No more frames are taken; the loop ends once what waits is written.</summary>
    public void Complete(Exception reason)
    {
        lock (_gate)
        {
            _closed ??= reason;
            for (OutboundStream? stream = _firstInLine; stream is not null; stream = stream.Next)
                stream.Operation.TryFail(reason);
            _firstInLine = _lastInLine = null;
        }

        _work.Set();
    }

    /// <summary>A stream of a session that is over: its waiting write fails.</summary>
    public void Fail(OutboundStream stream, Exception reason)
    {
        lock (_gate)
        {
            stream.Failure ??= reason;
            stream.Rest = default;
            stream.Operation.TryFail(reason);
        }
    }

    public async Task RunAsync()
    {
        while (true)
        {
            byte[]? sending;
            int count;
            lock (_gate)
            {
                (sending, count) = (_pending, _count);
                (_pending, _count) = (null, 0);
                LetTheLineIn();
                if (sending is null && _closed is not null)
                    return;
            }

            if (sending is null)
            {
                // The line may just have refilled an empty buffer.
                if (IsIdle)
                    await _work.WaitAsync().ConfigureAwait(false);
                continue;
            }

            try
            {
                await carrier.WriteAsync(sending.AsMemory(0, count)).ConfigureAwait(false);
                await carrier.FlushAsync().ConfigureAwait(false);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(sending);
            }

            // One turn on a writer's thread is enough: what came meanwhile is somebody else's work.
            if (!IsIdle)
                await _turn;
        }
    }

    private void LetTheLineIn()
    {
        while (_firstInLine is { } stream && _count < options.SendBuffer)
        {
            _firstInLine = stream.Next;
            if (_firstInLine is null)
                _lastInLine = null;
            stream.Next = null;
            stream.InLine = false;
            if (!stream.Operation.IsPending)
                continue; // cancelled or closed while it stood here
            ReadOnlyMemory<byte> rest = stream.Rest;
            TryAppendFrame(stream, ref rest);
            stream.Rest = rest;
            if (rest.IsEmpty)
                stream.Operation.TryComplete(0);
            else if (MaySend(stream))
                StandInLine(stream);
        }
    }

    private bool MaySend(OutboundStream stream) => !HasWindows || stream.Allowance > 0;

    private void StandInLine(OutboundStream stream)
    {
        if (stream.InLine)
            return;
        stream.InLine = true;
        if (_lastInLine is null)
            _firstInLine = stream;
        else
            _lastInLine.Next = stream;
        _lastInLine = stream;
    }

    private bool TryAppendFrame(OutboundStream stream, ref ReadOnlyMemory<byte> data)
    {
        int size = Math.Min(data.Length, options.MaxFrameSize);
        if (HasWindows)
            size = Math.Min(size, stream.Allowance);
        if (size == 0 || _count >= options.SendBuffer)
            return false;
        data.Span[..size].CopyTo(AppendHeader(FrameCommand.Push, size, stream.Id));
        stream.CountWritten(size);
        data = data[size..];
        return true;
    }

    private Span<byte> AppendHeader(FrameCommand command, int length, uint streamId)
    {
        _spoke = true;
        int needed = _count + FrameHeader.Size + length;
        if (_pending is null)
        {
            _pending = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 4096));
        }
        else if (_pending.Length < needed)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * _pending.Length));
            _pending.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_pending);
            _pending = larger;
        }

        new FrameHeader((byte)options.Version, command, (ushort)length, streamId).Write(_pending.AsSpan(_count));
        Span<byte> payload = _pending.AsSpan(_count + FrameHeader.Size, length);
        _count = needed;
        return payload;
    }
}
