namespace Tunnel.Smux;

/// <summary>Why a session or a stream is over.</summary>
internal enum SmuxError
{
    /// <summary>This side closed it.</summary>
    Closed,

    /// <summary>The peer closed the carrier.</summary>
    RemoteClosed,

    /// <summary>The carrier failed while reading or writing.</summary>
    CarrierFailed,

    /// <summary>Nothing arrived for the keep-alive limit.</summary>
    KeepAliveTimeout,

    /// <summary>A frame broke the rules.</summary>
    ProtocolViolation,

    /// <summary>The peer makes more work than it takes answers.</summary>
    Flooded,

    /// <summary>This stream held most of the session's receive buffer while nobody read.</summary>
    StreamStalled,

    /// <summary>All stream ids of this session are used up.</summary>
    IdsExhausted,
}
