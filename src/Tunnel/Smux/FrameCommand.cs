namespace Tunnel.Smux;

/// <summary>The second byte of a frame: what it asks for.</summary>
internal enum FrameCommand : byte
{
    /// <summary>Opens the stream named in the header. No payload.</summary>
    Open = 0,

    /// <summary>The sender closes the stream. What it sent before is still delivered. No payload.</summary>
    Finish = 1,

    /// <summary>Data of a stream, 0 to 65535 bytes.</summary>
    Push = 2,

    /// <summary>Keep-alive. Never answered.</summary>
    Nop = 3,

    /// <summary>Version 2 only: <c>consumed u32 LE, window u32 LE</c>, the receiver's side of flow control.</summary>
    Update = 4,
}
