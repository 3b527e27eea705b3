namespace Tunnel;

/// <summary>What went wrong, for code; <see cref="TunnelException"/> has the words.</summary>
public enum TunnelError
{
    /// <summary>No stream could be opened on the connection (Go: ErrCantOpenSessionStream).</summary>
    CannotOpenStream,

    /// <summary>The request could not be written (Go: ErrCantWriteRequest).</summary>
    CannotWriteRequest,

    /// <summary>No well-formed answer came (Go: ErrCantReadResponse).</summary>
    CannotReadResponse,

    /// <summary>No usable connection serves the domain (Go: ErrNoSuchBackend).</summary>
    NoSuchBackend,

    /// <summary>Token, scope, domain and owner do not fit together (Go: ErrAuthMismatch).</summary>
    AuthenticationMismatch,

    /// <summary>There is no connection with that id (Go: ErrCantRemoveWhatDoesntExist).</summary>
    NoSuchConnection,

    /// <summary>The server could not be reached.</summary>
    Unreachable,

    /// <summary>The TLS handshake failed; the message says whether a certificate was the reason.</summary>
    TlsFailed,

    /// <summary>Something did not happen in the time it has.</summary>
    TimedOut,

    /// <summary>A limit on connections, attempts or requests was reached.</summary>
    LimitReached,

    /// <summary>The other side broke the rules of the protocol.</summary>
    ProtocolViolation,

    /// <summary>The other side closed the connection, or it broke.</summary>
    ConnectionLost,

    /// <summary>The token was revoked or has expired, or the domain belongs to somebody else by now.</summary>
    AccessWithdrawn,

    /// <summary>An operator of the server ended the connection.</summary>
    Killed,

    /// <summary>This side closed it.</summary>
    Closed,
}
