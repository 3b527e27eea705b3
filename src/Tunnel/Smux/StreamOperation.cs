using System.Threading.Tasks.Sources;

namespace Tunnel.Smux;

/// <summary>
/// The read or the write a stream is waiting for; one object serves all of them, one after the other.
/// Its owner calls <see cref="Start"/>, <see cref="TryComplete"/> and <see cref="TryFail"/> under a lock of its own.
/// </summary>
internal sealed class StreamOperation(string name) : IValueTaskSource<int>, IValueTaskSource
{
    // Continuations never run under the caller's lock.
    private ManualResetValueTaskSourceCore<int> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private bool _taken;

    /// <summary>Somebody waits and nothing has answered yet.</summary>
    public bool IsPending { get; private set; }

    public short Start()
    {
        if (_taken)
            throw new InvalidOperationException($"Another {name} on this stream has not finished yet.");
        _taken = true;
        IsPending = true;
        _core.Reset();
        return _core.Version;
    }

    /// <summary>Called after <see cref="Start"/>, outside the lock, before the caller sees the task.</summary>
    public void CancelWith(Action<object?, CancellationToken> cancel, object state, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
            _registration = cancellationToken.UnsafeRegister(cancel, state);
    }

    public bool TryComplete(int result)
    {
        if (!IsPending)
            return false;
        IsPending = false;
        _core.SetResult(result);
        return true;
    }

    public bool TryFail(Exception cause)
    {
        if (!IsPending)
            return false;
        IsPending = false;
        _core.SetException(cause);
        return true;
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        // Waits for a cancellation that is under way, so that it cannot hit the next operation.
        _registration.Dispose();
        _registration = default;
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            Volatile.Write(ref _taken, false);
        }
    }

    void IValueTaskSource.GetResult(short token) => ((IValueTaskSource<int>)this).GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
