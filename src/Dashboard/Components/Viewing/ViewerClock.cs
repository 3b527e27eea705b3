using System.Globalization;

namespace Dashboard.Components.Viewing;

/// <summary>
/// Time as one browser tab sees it: its time zone, and a tick each second for as long as something shows an age. Ticks
/// come on a timer's thread.
/// </summary>
public sealed class ViewerClock(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly List<Action> _listeners = [];
    private ITimer? _timer;

    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>Whether the browser has told its zone; until then everything is shown in UTC.</summary>
    public bool KnowsZone { get; private set; }

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Takes the browser's zone. A name that this machine does not know is ignored.</summary>
    public void SetZone(string? ianaName)
    {
        KnowsZone = true;
        if (!string.IsNullOrEmpty(ianaName) && TimeZoneInfo.TryFindSystemTimeZoneById(ianaName, out TimeZoneInfo? zone))
            Zone = zone;
    }

    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    /// <summary><c>14:30:02</c></summary>
    public string TimeOfDay(DateTimeOffset at) => Local(at).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary><c>20 Nov 2026, 14:30:02 (Europe/Berlin)</c></summary>
    public string Absolute(DateTimeOffset at) =>
        $"{Local(at).ToString("d MMM yyyy, HH:mm:ss", CultureInfo.InvariantCulture)} ({Zone.Id})";

    /// <summary><c>14:30</c> on the same day, <c>20 Nov, 14:30</c> in the same year, else <c>20 Nov 2025, 14:30</c>.</summary>
    public string Brief(DateTimeOffset at) => (Local(at), Local(Now)) switch
    {
        var (then, now) when then.Date == now.Date => then.ToString("HH:mm", CultureInfo.InvariantCulture),
        var (then, now) when then.Year == now.Year => then.ToString("d MMM, HH:mm", CultureInfo.InvariantCulture),
        var (then, _) => then.ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture),
    };

    /// <summary>Calls <paramref name="tick"/> each second until the result is disposed.</summary>
    public IDisposable EachSecond(Action tick)
    {
        lock (_gate)
        {
            _listeners.Add(tick);
            _timer ??= time.CreateTimer(static clock => ((ViewerClock)clock!).Tick(), this, s_interval, s_interval);
        }
        return new Listening(this, tick);
    }

    internal int Listeners
    {
        get
        {
            lock (_gate)
                return _listeners.Count;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _listeners.Clear();
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void Tick()
    {
        Action[] listeners;
        lock (_gate)
            listeners = [.. _listeners];
        foreach (Action listener in listeners)
            listener();
    }

    private sealed class Listening(ViewerClock clock, Action tick) : IDisposable
    {
        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._listeners.Remove(tick);
                if (clock._listeners.Count == 0)
                {
                    clock._timer?.Dispose();
                    clock._timer = null;
                }
            }
        }
    }
}
