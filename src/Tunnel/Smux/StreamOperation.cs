using System.Threading.Tasks.Sources;

namespace Tunnel.Smux;

/// <summary>
/// The read or the write a stream is waiting for; one object serves all of them, one after the other.
/// Its owner calls <see cref="Start"/>, <see cref="TryComplete"/> and <see cref="TryFail"/> under a lock of its own.
/// </summary>
internal sealed class StreamOperation(string name) : IValueTaskSource<int>, IValueTaskSource, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<int> _core;
    private Action<object?>? _continuation;
    private object? _continuationState;
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

    // Continuations never run under the caller's lock. They stand behind everything else that the pool has to do: on the queue of
    // the thread that completes them, which takes the newest first, two busy streams would keep all others waiting.
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        if (SynchronizationContext.Current is null && TaskScheduler.Current == TaskScheduler.Default)
            flags &= ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext;
        _core.RunContinuationsAsynchronously = flags is not ValueTaskSourceOnCompletedFlags.None;
        if (flags is not ValueTaskSourceOnCompletedFlags.None)
        {
            _core.OnCompleted(continuation, state, token, flags);
            return;
        }

        (_continuation, _continuationState) = (continuation, state);
        _core.OnCompleted(static operation => ThreadPool.UnsafeQueueUserWorkItem((StreamOperation)operation!, preferLocal: false), this, token, flags);
    }

    void IThreadPoolWorkItem.Execute()
    {
        (Action<object?> continuation, object? state) = (_continuation!, _continuationState);
        (_continuation, _continuationState) = (null, null);
        continuation(state);
    }
}
