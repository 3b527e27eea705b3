namespace Dashboard.Fleet;

/// <summary>
/// An instant by both clocks: the wall clock for what is shown and stored, which people and time servers set back and
/// forth, and the steady one for how long something took.
/// </summary>
/// <param name="Steady">Since the machine started; only differences mean anything.</param>
internal readonly record struct Moment(DateTimeOffset Wall, TimeSpan Steady)
{
    public static Moment Now(TimeProvider time) => new(time.GetUtcNow(), time.GetElapsedTime(0));

    public static TimeSpan operator -(Moment later, Moment earlier) => later.Steady - earlier.Steady;
}
