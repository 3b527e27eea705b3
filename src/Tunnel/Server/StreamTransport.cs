using Tunnel.Http;
using Tunnel.Smux;

namespace Tunnel.Server;

/// <summary>A request's stream through a tunnel.</summary>
internal sealed class StreamTransport(TunnelConnection connection, SmuxStream stream) : ExchangeTransport
{
    public override Stream Stream => stream;

    public override TunnelException? EndReason => connection.EndReason;

    public override void Release(bool reusable) => connection.Release(stream, reusable);
}
