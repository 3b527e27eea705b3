using System.Net;

namespace Tunnel.Client;

/// <summary>What Kestrel "binds" to take the streams of one tunnel client.</summary>
internal sealed class TunnelEndPoint(string domain) : EndPoint
{
    public override string ToString() => $"tunnel:{domain}";
}
