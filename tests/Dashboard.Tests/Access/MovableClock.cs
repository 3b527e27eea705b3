namespace Dashboard.Tests.Access;

/// <summary>The real clock, moved forward by hand; one that stands still shows when it was made, and moves by hand alone. Timers are real.</summary>
internal sealed class MovableClock(bool standsStill = false) : TimeProvider
{
    private readonly DateTimeOffset _made = DateTimeOffset.UtcNow;
    private long _ticks;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => (standsStill ? _made : base.GetUtcNow()) + TimeSpan.FromTicks(Interlocked.Read(ref _ticks));
}
