namespace Dashboard.History.Upkeep;

/// <summary>What is added up. The numbers stand in <c>rollup_due</c>.</summary>
internal enum RollUpGrain
{
    /// <summary>From raw minutes.</summary>
    Hour = 0,

    /// <summary>From hours.</summary>
    Day = 1,

    /// <summary>From days.</summary>
    Month = 2,
}

/// <summary>An hour, day or month (UTC) of which sums have to be made, or made anew.</summary>
internal readonly record struct RollUpPeriod(RollUpGrain Grain, DateTimeOffset From)
{
    public DateTimeOffset To => Grain switch
    {
        RollUpGrain.Hour => From.AddHours(1),
        RollUpGrain.Day => From.AddDays(1),
        _ => From.AddMonths(1),
    };

    /// <summary>A period that goes on is added up again after so long.</summary>
    public TimeSpan Patience => Grain switch
    {
        RollUpGrain.Hour => TimeSpan.FromMinutes(5),
        RollUpGrain.Day => TimeSpan.FromMinutes(10),
        _ => TimeSpan.FromHours(1),
    };

    /// <summary>The hour, day or month that an instant lies in.</summary>
    public static RollUpPeriod Of(RollUpGrain grain, DateTimeOffset instant)
    {
        DateTime utc = instant.UtcDateTime;
        return new RollUpPeriod(grain, grain switch
        {
            RollUpGrain.Hour => new DateTimeOffset(utc.Date.AddHours(utc.Hour), TimeSpan.Zero),
            RollUpGrain.Day => new DateTimeOffset(utc.Date, TimeSpan.Zero),
            _ => new DateTimeOffset(utc.Year, utc.Month, 1, 0, 0, 0, TimeSpan.Zero),
        });
    }
}
