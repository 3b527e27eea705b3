namespace Tunnel.Http;

/// <summary>The byte stream one request and its answer travel on, and what becomes of it afterwards.</summary>
internal abstract class ExchangeTransport
{
    public abstract Stream Stream { get; }

    /// <summary>Why the connection below is over, when it is and the reason is known: better than what the stream says.</summary>
    public virtual TunnelException? EndReason => null;

    /// <summary>The exchange is over. Called once.</summary>
    /// <param name="reusable">The stream stands exactly behind a complete answer, and the peer keeps it open.</param>
    public abstract void Release(bool reusable);
}
