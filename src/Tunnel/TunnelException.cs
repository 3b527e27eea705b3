namespace Tunnel;

/// <summary>Something about a tunnel failed: <see cref="Error"/> says what, the message is fit for an operator's screen and holds no secret.</summary>
public sealed class TunnelException : IOException
{
    /// <param name="error">What went wrong.</param>
    /// <param name="detail">What is known beyond that; null if nothing is.</param>
    /// <param name="cause">What it came from.</param>
    public TunnelException(TunnelError error, string? detail = null, Exception? cause = null)
        : base(Describe(error, detail), cause) => Error = error;

    /// <summary>What went wrong.</summary>
    public TunnelError Error { get; }

    // The first six are the words of the Go original, spelling included: people search their logs for them.
    private static string Describe(TunnelError error, string? detail)
    {
        string text = error switch
        {
            TunnelError.CannotOpenStream => "tun2: connection can't open session stream",
            TunnelError.CannotWriteRequest => "tun2: connection stream can't write request",
            TunnelError.CannotReadResponse => "tun2: connection stream can't read response",
            TunnelError.NoSuchBackend => "tun2: there is no such backend",
            TunnelError.AuthenticationMismatch => "tun2: authenication doesn't match database records",
            TunnelError.NoSuchConnection => "tun2: this connection does not exist, cannot remove it",
            TunnelError.Unreachable => "tunnel: the server cannot be reached",
            TunnelError.TlsFailed => "tunnel: the TLS handshake failed",
            TunnelError.TimedOut => "tunnel: it took too long",
            TunnelError.LimitReached => "tunnel: a limit was reached",
            TunnelError.ProtocolViolation => "tunnel: the other side broke the protocol",
            TunnelError.ConnectionLost => "tunnel: the connection was lost",
            TunnelError.AccessWithdrawn => "tunnel: access was withdrawn",
            TunnelError.Killed => "tunnel: the connection was ended by the server's operator",
            TunnelError.Closed => "tunnel: closed",
            _ => $"tunnel: {error}",
        };
        return detail is null ? text : $"{text}: {detail}";
    }
}
