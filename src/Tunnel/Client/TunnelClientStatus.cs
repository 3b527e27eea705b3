namespace Tunnel.Client;

/// <summary>What a client is doing.</summary>
public enum TunnelClientStatus
{
    /// <summary>Not connected; waiting for the next attempt, or not started.</summary>
    Disconnected,

    /// <summary>Dialling, or connected and not yet heard from: a server says nothing when it accepts credentials.</summary>
    Connecting,

    /// <summary>The server has sent a ping or a request: it accepted the credentials.</summary>
    Serving,
}
