namespace Dashboard.Live;

/// <summary>Throughput at one instant, bytes per second. NaN where nobody watched.</summary>
public readonly record struct RatePoint(DateTimeOffset At, float Received, float Sent)
{
    private readonly long _at = At.UtcTicks; // half of a DateTimeOffset: each client of a fleet keeps thirty of these

    public DateTimeOffset At => new(_at, TimeSpan.Zero);

    public static RatePoint Unknown(DateTimeOffset at) => new(at, float.NaN, float.NaN);

    public bool IsKnown => !float.IsNaN(Received);
}
