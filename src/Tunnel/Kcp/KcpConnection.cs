using System.Net;
using Tunnel.Smux;

namespace Tunnel.Kcp;

/// <summary>
/// One KCP conversation as a stream. KCP has no end mark: a peer that is gone is noticed by what runs inside. Closing waits a moment for what was written to
/// arrive. A read of zero bytes completes when there is something to read. One reader and one writer at a time.
/// </summary>
internal sealed class KcpConnection : AsyncStream
{
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly KcpControl _control;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly ITimer _timer;
    private readonly Action<KcpConnection> _closed;
    private readonly AsyncSignal _readable = new();
    private readonly AsyncSignal _writable = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _failure;
    private bool _closing;
    private bool _disposed;
    private long _heardAt;

    /// <param name="conversation">Its number.</param>
    /// <param name="remote">The other end.</param>
    /// <param name="options">Local settings.</param>
    /// <param name="output">Sends a datagram to the other end; must not block.</param>
    /// <param name="isProven">Whether the other end is known to be where it says.</param>
    /// <param name="closed">Called once in the end.</param>
    /// <param name="time">The clock of resends.</param>
    public KcpConnection(
        uint conversation, EndPoint remote, KcpOptions options, Action<ReadOnlySpan<byte>> output, bool isProven, Action<KcpConnection> closed, TimeProvider time)
    {
        Conversation = conversation;
        RemoteEndPoint = remote;
        (_time, _closed) = (time, closed);
        _startedAt = _heardAt = time.GetTimestamp();
        uint clockOffset = isProven ? 0 : BitConverter.ToUInt32(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4));
        _control = new KcpControl(conversation, options, output, clockOffset, isProven);
        _timer = time.CreateTimer(static state => ((KcpConnection)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public uint Conversation { get; }

    public EndPoint RemoteEndPoint { get; }

    /// <summary>How long ago the last datagram came.</summary>
    public TimeSpan Silence => _time.GetElapsedTime(Volatile.Read(ref _heardAt));

    private uint Now => (uint)(long)_time.GetElapsedTime(_startedAt).TotalMilliseconds;

    /// <summary>A datagram came.</summary>
    public void Input(ReadOnlySpan<byte> datagram)
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            Volatile.Write(ref _heardAt, _time.GetTimestamp());
            _control.Input(datagram, Now);
            Arm();
        }

        _readable.Set();
        _writable.Set();
    }

    /// <summary>The socket below failed.</summary>
    public void Fail(Exception failure)
    {
        lock (_gate)
            _failure ??= failure;
        _readable.Set();
        _writable.Set();
        _drained.TrySetResult();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(static state => ((AsyncSignal)state!).Set(), _readable);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_closing, this);
                if (_control.Available > 0)
                {
                    int count = _control.Read(buffer.Span);
                    Arm();
                    return count;
                }

                if (_failure is not null)
                    throw new IOException(_failure.Message, _failure);
            }

            await _readable.WaitAsync().ConfigureAwait(false);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(static state => ((AsyncSignal)state!).Set(), _writable);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_closing, this);
                if (_failure is not null)
                    throw new IOException(_failure.Message, _failure);
                buffer = buffer[_control.Write(buffer.Span)..];
                if (buffer.IsEmpty)
                {
                    Arm();
                    return;
                }

                _control.Flush(Now);
                Arm();
            }

            await _writable.WaitAsync().ConfigureAwait(false);
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _control.Flush(Now);
                Arm();
            }
        }

        return Task.CompletedTask;
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _control.Flush(Now);
            Arm();
        }

        _writable.Set();
    }

    private void Arm()
    {
        if (_control.NextFlush(Now) is { } milliseconds)
            _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
        if (_closing && !_control.HasUnacknowledged)
            _drained.TrySetResult();
    }

    public override async ValueTask DisposeAsync()
    {
        if (TryBeginClosing())
            await Task.WhenAny(_drained.Task, Task.Delay(s_linger, _time)).ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private bool TryBeginClosing()
    {
        lock (_gate)
        {
            if (_closing)
                return false;
            _closing = true;
            if (_failure is not null || !_control.IsProven)
                _drained.TrySetResult();
            _control.Flush(Now);
            Arm();
        }

        _readable.Set();
        _writable.Set();
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _closing = _disposed = true;
            _control.Dispose();
        }

        _timer.Dispose();
        _readable.Set();
        _writable.Set();
        _closed(this);
        base.Dispose(disposing);
    }
}
