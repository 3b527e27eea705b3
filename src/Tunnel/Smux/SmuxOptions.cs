namespace Tunnel.Smux;

/// <summary>Settings of a multiplexed session. Both ends must agree on <see cref="Version"/>; all others are local.</summary>
public sealed record SmuxOptions
{
    /// <summary>1 (what tun2 always speaks) or 2 (flow control for each stream; only between ends configured for it).</summary>
    public int Version { get; init; } = 1;

    /// <summary>Largest payload this side puts into one frame, in bytes.</summary>
    public int MaxFrameSize { get; init; } = 32 * 1024;

    /// <summary>Bytes received and not yet read, over all streams, at which the session stops reading its carrier.</summary>
    public int MaxReceiveBuffer { get; init; } = 4 * 1024 * 1024;

    /// <summary>Version 2: bytes one stream may hold unread, told to the peer as its window.</summary>
    public int MaxStreamBuffer { get; init; } = 64 * 1024;

    /// <summary>Bytes waiting for the carrier at which writers have to wait; a small message beside a large one stands behind as many.</summary>
    public int SendBuffer { get; init; } = 64 * 1024;

    /// <summary>How often a keep-alive frame is sent.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long nothing at all may arrive before the session is given up.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a full receive buffer may stay untouched before the stream that holds most of it is closed.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Streams the peer may have open at once; one more is answered with FIN.</summary>
    public int MaxStreams { get; init; } = 1024;

    /// <summary>Streams the peer may open in one second; one more is answered with FIN.</summary>
    public int MaxStreamsPerSecond { get; init; } = 50_000;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Version, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Version, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFrameSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxFrameSize, FrameHeader.MaxPayload);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxReceiveBuffer, FrameHeader.MaxPayload);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxStreamBuffer, 4096);
        ArgumentOutOfRangeException.ThrowIfLessThan(SendBuffer, 4096);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(KeepAliveInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(KeepAliveTimeout, KeepAliveInterval);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StallTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxStreams, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxStreamsPerSecond, 1);
    }
}
