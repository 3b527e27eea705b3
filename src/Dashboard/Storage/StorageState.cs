namespace Dashboard.Storage;

/// <summary>Whether the database can be used. Written by <see cref="StorageService"/>, and what is about writing by the history's writer; read by everyone, from any thread.</summary>
public sealed class StorageState
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StorageState(TimeProvider time)
    {
        _time = time;
        Current = new StorageStatus(StorageCondition.Starting, "", time.GetUtcNow());
    }

    public StorageStatus Current
    {
        get => Volatile.Read(ref field);
        private set => Volatile.Write(ref field, value);
    }

    /// <summary>Why what is counted cannot be written into a database that answers: its disk is full, it is read-only. Null when it can.</summary>
    public WriteFault? WriteFault
    {
        get => Volatile.Read(ref field);
        private set => Volatile.Write(ref field, value);
    }

    /// <summary>Completes when the database is ready, at once if it is now. It may have gone again by the time the caller looks.</summary>
    public Task WhenReadyAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
            return _ready.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Takes note of the condition; "since" stays when only the reason is new.</summary>
    internal void Set(StorageCondition condition, string reason = "")
    {
        lock (_gate)
        {
            StorageStatus last = Current;
            if (last.Condition == condition && last.Reason == reason)
                return;
            Current = new StorageStatus(condition, reason, last.Condition == condition ? last.Since : _time.GetUtcNow());
            if (condition is StorageCondition.Ready)
                _ready.TrySetResult();
            else if (_ready.Task.IsCompleted)
                _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Takes note of a write that failed; "since" is that of the first in a row.</summary>
    internal void WriteFailed(Exception fault) => WriteFault = new WriteFault(StorageFaults.Explain(fault), WriteFault?.Since ?? _time.GetUtcNow());

    internal void Written() => WriteFault = null;
}
