namespace OpenVpn.Simulator;

/// <summary>What a daemon will do and when: one timer for all of it. Everything runs under the daemon's lock, in order of time.</summary>
internal sealed class Agenda : IDisposable
{
    private readonly Lock _gate;
    private readonly TimeProvider _time;
    private readonly PriorityQueue<Action, (DateTimeOffset Due, long Order)> _actions = new();
    private readonly ITimer _timer;
    private long _order;
    private bool _isPaused;
    private bool _isOver;

    public Agenda(Lock gate, TimeProvider time)
    {
        _gate = gate;
        _time = time;
        _timer = time.CreateTimer(static agenda => ((Agenda)agenda!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The daemon's lock is held.</summary>
    public void After(TimeSpan delay, Action action)
    {
        _actions.Enqueue(action, (_time.GetUtcNow() + delay, _order++));
        Arm();
    }

    /// <summary>While paused nothing is done; what became due meanwhile is done on resuming.</summary>
    public void Pause(bool pause)
    {
        _isPaused = pause;
        Arm();
    }

    /// <summary>Forgets everything that was to be done.</summary>
    public void Clear() => _actions.Clear();

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _actions.Clear();
        }
        _timer.Dispose();
    }

    private void Ring()
    {
        lock (_gate)
        {
            while (!_isOver && !_isPaused && _actions.TryPeek(out Action? action, out (DateTimeOffset Due, long Order) when) && when.Due <= _time.GetUtcNow())
            {
                _actions.Dequeue();
                action();
            }
            Arm();
        }
    }

    private void Arm()
    {
        if (_isOver || _isPaused || !_actions.TryPeek(out _, out (DateTimeOffset Due, long Order) next))
            return;
        TimeSpan wait = next.Due - _time.GetUtcNow();
        _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
