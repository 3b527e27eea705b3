using Mgmt.Core;
using Mgmt.Core.Events;

namespace Dashboard.Fleet.PassThrough;

/// <summary>Which notifications one program has turned on, and what is due to it. Written by the program's loop, heard from the server's loop.</summary>
/// <param name="say">Takes lines without their ends; must not wait.</param>
internal sealed class PassThroughEvents(Action<string> say, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ClientId, ByteCount> _counts = [];
    private ManagementEvent.ProcessByteCount? _own;
    private bool _states;
    private bool _lines;
    private bool _echoes;
    private TimeSpan _interval;
    private Moment? _lastCounts;

    /// <param name="source"><c>state</c>, <c>log</c> or <c>echo</c>.</param>
    public void Switch(string source, bool on)
    {
        lock (_gate)
        {
            _ = source switch { "state" => _states = on, "log" => _lines = on, _ => _echoes = on };
        }
    }

    /// <param name="seconds">0 is never.</param>
    public void CountEach(int seconds)
    {
        lock (_gate)
        {
            (_interval, _lastCounts, _own) = (TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 86_400)), null, null);
            _counts.Clear();
        }
    }

    /// <summary>Called on the server's own loop, in the order in which the daemon said it.</summary>
    public void Take(ManagementEvent happened)
    {
        lock (_gate)
        {
            switch (happened)
            {
                case ManagementEvent.State state when _states:
                    say(WireFormat.Of(state));
                    break;
                case ManagementEvent.Log line when _lines:
                    say(WireFormat.Of(line));
                    break;
                case ManagementEvent.Echo line when _echoes:
                    say(WireFormat.Of(line));
                    break;
                case ManagementEvent.Hold hold:
                    say(WireFormat.Of(hold));
                    break;
                case ManagementEvent.Fatal fatal:
                    say(">FATAL:" + Secrets.Mask(fatal.Text));
                    break;
                case ManagementEvent.ByteCounts counts when _interval > TimeSpan.Zero:
                    foreach (ByteCount count in counts.Counts)
                        _counts[count.Client] = count;
                    Count();
                    break;
                case ManagementEvent.ProcessByteCount count when _interval > TimeSpan.Zero:
                    _own = count;
                    Count();
                    break;
            }
        }
    }

    // The dashboard's own interval is the finest there is: a program that wants counts less often gets the latest ones.
    private void Count()
    {
        Moment now = Moment.Now(time);
        if (_lastCounts is { } last && now - last < _interval - TimeSpan.FromMilliseconds(500))
            return;
        _lastCounts = now;
        foreach (ByteCount count in _counts.Values)
            say(WireFormat.Of(count));
        if (_own is { } own)
            say(WireFormat.Of(own));
        _counts.Clear();
        _own = null;
    }
}
