using System.Globalization;
using System.Net;

namespace Tunnel.Sockets;

/// <summary>A host and a port as people write them: <c>example.org:443</c>, <c>192.0.2.1:443</c>, <c>[2001:db8::1]:443</c>.</summary>
internal readonly record struct HostPort(string Host, int Port)
{
    /// <exception cref="FormatException">It is none of these.</exception>
    public static HostPort Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            throw new FormatException($"'{text}' is not host:port, such as tunnel.example.org:443 or [2001:db8::1]:443.");
        string host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
            host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal))
            throw new FormatException($"'{text}': an IPv6 address needs brackets, as in [{host}]:{port}.");
        return new HostPort(host, port);
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>The name a certificate is checked against.</summary>
    public string TlsName => IPAddress.TryParse(Host, out IPAddress? address) ? address.ToString() : Host;
}
