using System.Runtime.CompilerServices;

namespace Tunnel.Smux;

/// <summary>
/// Awaited by a loop that has done its share: it goes on behind everything that the pool has to do already, on whatever thread.
/// <see cref="ConfigureAwaitOptions.ForceYielding"/> goes on before most of it: a thread takes the newest of its own queue first.
/// One object for one loop, without an allocation for each turn.
/// </summary>
internal sealed class PoolTurn : ICriticalNotifyCompletion, IThreadPoolWorkItem
{
    private Action? _continuation;

    public bool IsCompleted => false;

    public PoolTurn GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        _continuation = continuation;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        Action continuation = _continuation!;
        _continuation = null;
        continuation();
    }
}
