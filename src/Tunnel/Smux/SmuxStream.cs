namespace Tunnel.Smux;

/// <summary>
/// One stream of a session: one reader and one writer at a time. Disposing it sends FIN and drops what still arrives.
/// A read of zero bytes completes when there is something to read.
/// </summary>
internal sealed class SmuxStream(SmuxSession session, uint id, bool openedByPeer) : AsyncStream
{
    private readonly Lock _gate = new();
    private readonly ByteQueue _received = new();
    private readonly StreamOperation _read = new("read");
    private Memory<byte> _readInto;
    private int _readFilled;
    private int _bufferedCount;
    private bool _remoteFinished;
    private bool _disposed;
    private Exception? _failure;
    private Action<object?>? _onRemoteEnd;
    private object? _onRemoteEndState;
    private uint _consumed;
    private uint _consumedTold;
    private bool _toldOnce;

    public uint Id { get; } = id;

    public bool OpenedByPeer { get; } = openedByPeer;

    internal OutboundStream Outbound { get; } = new(id);

    /// <summary>Bytes received and not yet read.</summary>
    public int Buffered => Volatile.Read(ref _bufferedCount);

    /// <summary>Why the stream ended, when it did not end well.</summary>
    public Exception? Failure => _failure;

    /// <summary>Calls <paramref name="callback"/> once when the peer finished or the session ended; at once if that has happened.</summary>
    public void OnRemoteEnd(Action<object?> callback, object? state)
    {
        lock (_gate)
        {
            if (!_remoteFinished && _failure is null)
            {
                (_onRemoteEnd, _onRemoteEndState) = (callback, state);
                return;
            }
        }

        callback(state);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        short? operation = null;
        int count = 0;
        bool tell = false;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_received.Length > 0)
            {
                count = _received.Read(buffer.Span);
                _bufferedCount = _received.Length;
                tell = CountConsumed(count);
            }
            else if (_failure is not null)
            {
                return ValueTask.FromException<int>(_failure);
            }
            else if (_remoteFinished)
            {
                return new ValueTask<int>(0);
            }
            else
            {
                operation = _read.Start();
                _readInto = buffer;
            }
        }

        if (operation is not { } version)
        {
            session.Consumed(count);
            if (tell)
                TellConsumed();
            return new ValueTask<int>(count);
        }

        _read.CancelWith(s_cancelRead, this, cancellationToken);
        return new ValueTask<int>(_read, version);
    }

    private static readonly Action<object?, CancellationToken> s_cancelRead = static (state, cancellationToken) =>
    {
        var stream = (SmuxStream)state!;
        lock (stream._gate)
        {
            if (!stream.TryCompleteFilled())
                stream._read.TryFail(new OperationCanceledException(cancellationToken));
            stream._readInto = default;
        }
    };

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        session.Sender.WriteAsync(Outbound, buffer, cancellationToken);

    /// <summary>Sends FIN behind what was written and goes on reading. A Go peer takes this for a full close: only for new ends.</summary>
    public void CompleteWrites() =>
        session.FinishWrites(this, new InvalidOperationException("The stream's writing side is closed."));

    /// <summary>
    /// Data for this stream. Called by the receive loop only. A waiting reader gets it without a detour, and is woken when its memory is full or the
    /// frame ends: a frame comes in several pieces, and waking somebody for each would cost more than the copying.
    /// </summary>
    internal void Append(ReadOnlySpan<byte> data, bool frameEnds)
    {
        bool tell = false;
        lock (_gate)
        {
            if (_disposed || _failure is not null || _remoteFinished)
                return; // a Go writer closed concurrently may send PSH behind its FIN
            if (_read.IsPending && _received.Length == 0)
            {
                int direct = Math.Min(_readInto.Length - _readFilled, data.Length);
                data[..direct].CopyTo(_readInto.Span[_readFilled..]);
                data = data[direct..];
                _readFilled += direct;
                tell = CountConsumed(direct);
            }

            _received.Write(data);
            _bufferedCount = _received.Length;
            // Under the lock, so that the session's sum never goes below zero.
            session.CountBuffered(data.Length);
            if (frameEnds || _readFilled == _readInto.Length)
                WakeReader();
        }

        if (tell)
            TellConsumed();
    }

    /// <summary>Nothing more comes at once: the reader gets what there is.</summary>
    internal void EndPiece()
    {
        lock (_gate)
            WakeReader();
    }

    private void WakeReader()
    {
        if (!_read.IsPending || (_readFilled == 0 && _received.Length == 0))
            return;
        int filled = _readFilled;
        _readFilled = 0;
        _readInto = default;
        _read.TryComplete(filled);
    }

    /// <summary>A reader that has some bytes already gets them, whatever else happens.</summary>
    private bool TryCompleteFilled()
    {
        if (_readFilled == 0)
            return false;
        WakeReader();
        return true;
    }

    /// <summary>FIN arrived.</summary>
    internal void FinishRemotely()
    {
        Action<object?>? callback;
        lock (_gate)
        {
            if (_remoteFinished || _disposed)
                return;
            _remoteFinished = true;
            if (!TryCompleteFilled())
                _read.TryComplete(0);
            _readInto = default;
            callback = _onRemoteEnd;
            _onRemoteEnd = null;
        }

        callback?.Invoke(_onRemoteEndState);
    }

    internal bool RemoteFinished => Volatile.Read(ref _remoteFinished);

    /// <summary>The session is over, or this stream alone had to go: what was received can still be read, then the reason is thrown.</summary>
    internal void Fail(Exception reason, bool dropReceived)
    {
        Action<object?>? callback;
        int dropped = 0;
        lock (_gate)
        {
            if (_disposed || _failure is not null)
                return;
            _failure = reason;
            if (!TryCompleteFilled())
                _read.TryFail(reason);
            _readInto = default;
            if (dropReceived)
                dropped = DropReceived();
            callback = _onRemoteEnd;
            _onRemoteEnd = null;
        }

        session.Consumed(dropped);
        callback?.Invoke(_onRemoteEndState);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        int dropped;
        var closed = new ObjectDisposedException(nameof(SmuxStream));
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            dropped = DropReceived();
            _readInto = default;
            _readFilled = 0;
            _read.TryFail(closed);
            _onRemoteEnd = null;
        }

        session.Consumed(dropped);
        session.Close(this, closed);
        base.Dispose(disposing);
    }

    private int DropReceived()
    {
        int dropped = _received.Length;
        _received.Clear();
        _bufferedCount = 0;
        return dropped;
    }

    /// <summary>Version 2: tell the peer after the first read and then whenever half of the buffer was consumed.</summary>
    private bool CountConsumed(int count)
    {
        _consumed += (uint)count;
        if (session.Options.Version != 2 || count == 0 || _remoteFinished)
            return false;
        if (_toldOnce && _consumed - _consumedTold < session.Options.MaxStreamBuffer / 2)
            return false;
        _toldOnce = true;
        _consumedTold = _consumed;
        return true;
    }

    private void TellConsumed() => session.TellConsumed(Id, Volatile.Read(ref _consumedTold));
}
