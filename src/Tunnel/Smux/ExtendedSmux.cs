namespace Tunnel.Smux;

/// <summary>How two ends of this library that found each other set their session.</summary>
internal static class ExtendedSmux
{
    public static SmuxOptions From(SmuxOptions options) => options with
    {
        Version = 2,
        MaxStreamBuffer = Math.Max(options.MaxStreamBuffer, 1024 * 1024),
        MaxReceiveBuffer = Math.Max(options.MaxReceiveBuffer, 16 * 1024 * 1024),
    };
}
