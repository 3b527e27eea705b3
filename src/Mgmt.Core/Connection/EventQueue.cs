using System.Runtime.CompilerServices;
using Mgmt.Core.Events;

namespace Mgmt.Core.Connection;

/// <summary>
/// Between the reader, which waits for nobody, and one consumer, who may be slow. Byte counts of a client coalesce to the latest;
/// other events are bounded in number and size, and what does not fit is counted and announced as <see cref="ManagementEvent.EventsDropped"/>.
/// </summary>
internal sealed class EventQueue(int capacity, int maxBytes)
{
    private readonly Lock _gate = new();
    private readonly Queue<(ManagementEvent Event, int Bytes)> _events = new();

    // The open batch: byte counts since the last event that they must not be moved across.
    private readonly ByteCountBatch _open = new();
    private long _openedAfter; // events that had entered when the batch was opened
    private long _entered;
    private long _left;

    private long _queuedBytes;
    private long _dropped;
    private long _unannounced;
    private bool _completed;
    private Exception? _error;
    private bool _endIsTold;
    private TaskCompletionSource? _waiting;

    /// <summary>Events lost to a full queue so far.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public void Add(ReadOnlySpan<ByteCount> counts)
    {
        lock (_gate)
        {
            if (_open.Count == 0)
                _openedAfter = _entered;
            _open.Add(counts);
            LimitOpenBatch();
        }
    }

    public void Add(ManagementEvent notification, int wireLength)
    {
        lock (_gate)
        {
            if (IsBarrier(notification))
                CloseOpenBatch();
            Enqueue(notification, wireLength);
        }
    }

    /// <summary>Adds a reply that was asked for in order: it is waited for, so it is never dropped.</summary>
    public void AddReply(ManagementEvent reply)
    {
        lock (_gate)
        {
            CloseOpenBatch();
            Append(reply, 0);
        }
    }

    /// <summary>Nothing more will come. What is queued can still be read.</summary>
    public void Complete(Exception? error)
    {
        lock (_gate)
        {
            if (_completed)
                return;
            _completed = true;
            _error = error;
        }

        Wake();
    }

    /// <summary>The next event; at the end null where the connection ended as it should, else that it was lost, once, and the exception.</summary>
    public async ValueTask<ManagementEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task waiting;
            lock (_gate)
            {
                if (TryTake() is { } next)
                    return next;
                if (_completed && _error is null)
                    return null;
                if (_completed && _endIsTold)
                    throw _error!;
                if (_completed)
                {
                    _endIsTold = true;
                    return new ManagementEvent.Closed(_error!.Message);
                }
                _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting = _waiting.Task;
            }

            await waiting.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // A state may end all sessions, a client event may begin or end one: byte counts keep their side of it.
    private static bool IsBarrier(ManagementEvent notification) => notification
        is ManagementEvent.State
        or ManagementEvent.ClientConnect
        or ManagementEvent.ClientReauth
        or ManagementEvent.ClientEstablished
        or ManagementEvent.ClientDisconnect
        or ManagementEvent.ClientAddress
        or ManagementEvent.Hold
        or ManagementEvent.Fatal;

    private ManagementEvent? TryTake()
    {
        if (_open.Count > 0 && _left >= _openedAfter)
            return TakeOpenBatch();
        if (_events.TryDequeue(out (ManagementEvent Event, int Bytes) next))
        {
            _left++;
            _queuedBytes -= next.Bytes;
            return next.Event;
        }

        if (_unannounced == 0)
            return null;
        var marker = new ManagementEvent.EventsDropped(_unannounced);
        _unannounced = 0;
        return marker;
    }

    private void Enqueue(ManagementEvent notification, int bytes)
    {
        if (_events.Count >= capacity || _queuedBytes + bytes > maxBytes)
        {
            Drop(1);
            return;
        }

        Append(notification, bytes);
    }

    private void Append(ManagementEvent notification, int bytes)
    {
        if (_unannounced > 0)
        {
            // The place of the gap is known: the marker stands before whatever came after it.
            _events.Enqueue((new ManagementEvent.EventsDropped(_unannounced), 0));
            _entered++;
            _unannounced = 0;
        }

        _events.Enqueue((notification, bytes));
        _entered++;
        _queuedBytes += bytes;
    }

    private void CloseOpenBatch()
    {
        if (_open.Count == 0)
            return;
        ManagementEvent.ByteCounts batch = TakeOpenBatch();
        Enqueue(batch, batch.Counts.Length * Unsafe.SizeOf<ByteCount>());
    }

    private void LimitOpenBatch()
    {
        if (_open.Count <= maxBytes / 64) // a count and its place
            return;
        Drop(_open.Count);
        _open.Clear();
    }

    private void Drop(long count)
    {
        _dropped += count;
        _unannounced += count;
    }

    private ManagementEvent.ByteCounts TakeOpenBatch() => new(_open.Take());

    /// <summary>Tells the consumer that there is something; the reader does so once for all that came in one read.</summary>
    public void Wake()
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            waiting = _waiting;
            _waiting = null;
        }

        waiting?.TrySetResult();
    }
}
