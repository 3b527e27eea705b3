namespace Mgmt.Core;

/// <summary>time_t to instants; numbers no calendar can hold give none.</summary>
internal static class UnixTime
{
    private static readonly long s_max = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    public static DateTimeOffset? FromSeconds(long? seconds) =>
        seconds is { } value and >= 0 && value <= s_max ? DateTimeOffset.FromUnixTimeSeconds(value) : null;
}
