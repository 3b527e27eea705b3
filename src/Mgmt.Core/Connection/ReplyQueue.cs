using System.Globalization;
using System.Text;
using Mgmt.Core.Events;

namespace Mgmt.Core.Connection;

/// <summary>
/// Commands on one side, reply lines on the other. One command is under way at a time. Where the end of a reply is in doubt (it has none, it
/// stopped short, it did not come in time) a fence is sent: a command whose reply nothing else can produce. What comes before the fence's
/// reply belongs to the command in doubt; nothing that comes late can answer the next one.
/// </summary>
internal sealed class ReplyQueue : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<PendingReply> _waiting = new();
    private readonly ITimer _timer;
    private readonly TimeProvider _time;
    private readonly ManagementConnectionOptions _options;
    private readonly Action<ReadOnlyMemory<byte>> _send;
    private readonly Action<string> _abort;
    private PendingReply? _current;
    private bool _everyLineIsReply; // survives a timeout of the reply whose rows these are
    private byte[]? _fence;         // the line that a fence is answered with, while it is under way
    private long _fenceSentAt;
    private long _sentAt;
    private long _lastLineAt;
    private bool _timedOut;
    private int _fences;
    private ManagementClosedException? _closed;

    public ReplyQueue(ManagementConnectionOptions options, Action<ReadOnlyMemory<byte>> send, Action<string> abort)
    {
        _options = options;
        _time = options.TimeProvider;
        _send = send;
        _abort = abort;
        _timer = _time.CreateTimer(static queue => ((ReplyQueue)queue!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether lines that look like notifications are rows of the current reply.</summary>
    public bool EveryLineIsReply => _everyLineIsReply;

    /// <exception cref="ManagementClosedException">The connection is over.</exception>
    public void Enqueue(PendingReply reply)
    {
        lock (_gate)
        {
            if (_closed is not null)
                throw new ManagementClosedException(_closed.Message, _closed);
            _waiting.Enqueue(reply);
            SendNext();
        }
    }

    /// <summary>A line that is not a notification. False if nobody asked for it.</summary>
    public bool OnLine(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            if (_fence is not null && line.SequenceEqual(_fence))
            {
                OnFence();
                return true;
            }

            if (_current is null)
                return _fence is not null; // the rest of a reply that was given up
            _lastLineAt = _time.GetTimestamp();
            bool begins = !_current.HasBegun;
            if (_current.OnLine(line))
                CompleteCurrent();
            else
                OnMoreToCome(_current, begins);
            return true;
        }
    }

    /// <summary>A notification that may be a reply in fact.</summary>
    public bool OnNotification(ManagementEvent notification)
    {
        lock (_gate)
        {
            if (_current is null || !_current.OnNotification(notification))
                return false;
            CompleteCurrent();
            return true;
        }
    }

    /// <summary>Fails everything that waits, now and in future.</summary>
    public void Close(ManagementClosedException reason)
    {
        PendingReply[] failed;
        lock (_gate)
        {
            if (_closed is not null)
                return;
            _closed = reason;
            failed = _current is null ? [.. _waiting] : [_current, .. _waiting];
            _waiting.Clear();
            _current = null;
            _fence = null;
        }

        _timer.Dispose();
        foreach (PendingReply reply in failed)
            reply.Fail(new ManagementClosedException(reason.Message, reason.InnerException));
    }

    public void Dispose() => _timer.Dispose();

    private void SendNext()
    {
        if (_current is not null || _fence is not null || !_waiting.TryDequeue(out _current))
            return;
        _timedOut = false;
        _everyLineIsReply = false;
        _sentAt = _lastLineAt = _time.GetTimestamp();
        _send(_current.Wire);
        if (_current.WantsFence)
            SendFence();
        SetTimer();
    }

    private void OnMoreToCome(PendingReply current, bool begins)
    {
        _everyLineIsReply = current.EveryLineIsReply;
        bool needsFence = current.WantsFence && _fence is null;
        if (needsFence)
            SendFence();
        if (begins || needsFence)
            SetTimer(); // not for every line: when it rings, it looks at how long the last one is ago
    }

    private void CompleteCurrent()
    {
        PendingReply complete = _current!;
        _current = null;
        _everyLineIsReply = false;
        complete.Complete(complete: true);
        SendNext(); // or when the fence is passed, if there is one
        SetTimer();
    }

    private void OnFence()
    {
        PendingReply? passed = _current;
        _fence = null;
        _current = null;
        _everyLineIsReply = false;
        if (passed is not null && (passed.WantsFence || passed.HasBegun))
            passed.Complete(complete: passed.WantsFence);
        else
            passed?.Fail(new ManagementTimeoutException($"OpenVPN gave no reply to '{passed.Name}'."));
        SendNext();
        SetTimer();
    }

    private void SendFence()
    {
        // signal {NOT-A-SIGNAL} → ERROR: signal '{NOT-A-SIGNAL}' is not a known signal type: in every release and every state, and nothing happens
        string word = string.Create(CultureInfo.InvariantCulture, $"fence-{++_fences}");
        _fence = Encoding.ASCII.GetBytes($"ERROR: signal '{word}' is not a known signal type");
        _fenceSentAt = _time.GetTimestamp();
        _send(Encoding.ASCII.GetBytes($"signal {word}\n"));
    }

    private void OnTimer()
    {
        bool isLost = false;
        lock (_gate)
        {
            if (_closed is not null)
                return;
            TimeSpan left = TimeLeft();
            if (left > TimeSpan.Zero)
            {
                SetTimer();
                return;
            }

            if (_current is not null && !_timedOut && _time.GetElapsedTime(_sentAt) >= _options.CommandTimeout && !_current.HasBegun)
            {
                _timedOut = true;
                _current.Fail(new ManagementTimeoutException($"OpenVPN did not answer '{_current.Name}' within {_options.CommandTimeout.TotalSeconds:0.###} s."));
            }

            if (_fence is null && _current is not null)
                SendFence();
            else if (_fence is not null && _time.GetElapsedTime(_fenceSentAt) >= _options.ResyncTimeout)
                isLost = true;
            if (!isLost)
                SetTimer();
        }

        if (isLost)
            _abort($"OpenVPN has answered nothing for {_options.ResyncTimeout.TotalSeconds:0.###} s.");
    }

    private void SetTimer()
    {
        if (_closed is not null)
            return;
        TimeSpan left = TimeLeft();
        _timer.Change(left == Timeout.InfiniteTimeSpan || left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan TimeLeft()
    {
        if (_current is null && _fence is null)
            return Timeout.InfiniteTimeSpan;
        TimeSpan left = TimeSpan.MaxValue;
        if (_fence is not null)
            left = _options.ResyncTimeout - _time.GetElapsedTime(_fenceSentAt);
        if (_current is { HasBegun: false } && !_timedOut)
            left = Min(left, _options.CommandTimeout - _time.GetElapsedTime(_sentAt));
        if (_current is { HasBegun: true } or { MayBeNothing: true } && _fence is null)
            left = Min(left, _options.QuietTimeout - _time.GetElapsedTime(_lastLineAt));
        return left;
    }

    private static TimeSpan Min(TimeSpan first, TimeSpan second) => first < second ? first : second;
}
