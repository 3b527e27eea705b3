namespace Tunnel.Http;

/// <summary>How long and how large one request and its answer may be.</summary>
public sealed record HttpLimits
{
    /// <summary>From the last byte of the request that was sent to the end of the answer's header.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long neither a byte of the request's body nor one of the answer's may pass.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>The whole exchange, a long download included.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How long an upgraded stream may be without traffic.</summary>
    public TimeSpan UpgradeIdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long an upgraded stream may live.</summary>
    public TimeSpan UpgradeTotalTimeout { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Status line and headers of an answer, and its trailers, in bytes.</summary>
    public int MaxAnswerHeaderSize { get; init; } = 64 * 1024;

    /// <summary>Interim answers (1xx) before the final one.</summary>
    public int MaxInterimAnswers { get; init; } = 16;
}
