namespace Tunnel.Kcp;

/// <summary>What a segment is for.</summary>
internal enum KcpCommand : byte
{
    /// <summary>Data.</summary>
    Push = 81,

    /// <summary>Acknowledges the push whose number and time it carries.</summary>
    Acknowledge = 82,

    /// <summary>Asks for the receive window.</summary>
    AskWindow = 83,

    /// <summary>Tells the receive window, which every segment does besides.</summary>
    TellWindow = 84,
}
