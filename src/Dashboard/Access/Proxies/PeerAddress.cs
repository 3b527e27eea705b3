using System.Net;

namespace Dashboard.Access.Proxies;

/// <summary>Who is at the other end of the connection itself, whatever forwarded headers say of the request's sender.</summary>
internal sealed record PeerAddress(IPAddress? Address);
