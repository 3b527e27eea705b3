namespace Tunnel.Smux;

/// <summary>Which side of a session this is; it decides the stream ids it opens.</summary>
internal enum SmuxRole
{
    /// <summary>Opens 3, 5, 7 …</summary>
    Client,

    /// <summary>Opens 2, 4, 6 …</summary>
    Server,
}
