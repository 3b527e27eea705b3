using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mgmt.Core.Status;

/// <summary>
/// Where a client comes from, in any of the forms that OpenVPN has had: <c>198.51.100.11:39142</c>; <c>2001:db8::b</c> (to 2.6, without a port);
/// <c>udp4:198.51.100.11:34578</c>, <c>tcp6-server:[2001:db8::d]:59268</c> (from 2.7). Read on demand: a status has thousands.
/// </summary>
/// <param name="Text">As on the wire.</param>
public readonly record struct RealAddress(string Text)
{
    /// <summary>Such as <c>udp4</c> or <c>tcp6-server</c>; null before 2.7.</summary>
    public string? Protocol
    {
        get
        {
            _ = Split(Text, out string? protocol, out _, out _);
            return protocol;
        }
    }

    /// <summary>The IP address, if there is one.</summary>
    public IPAddress? Address
    {
        get
        {
            _ = Split(Text, out _, out IPAddress? address, out _);
            return address;
        }
    }

    /// <summary>The port, if it is given.</summary>
    public int? Port => Split(Text, out _, out _, out int? port) ? port : null;

    /// <summary>Address and port, if both are given.</summary>
    public IPEndPoint? EndPoint => Split(Text, out _, out IPAddress? address, out int? port) && port is { } number ? new IPEndPoint(address!, number) : null;

    /// <summary>As on the wire.</summary>
    public override string ToString() => Text ?? "";

    private static bool Split(string? text, out string? protocol, out IPAddress? address, out int? port)
    {
        protocol = null;
        port = null;
        address = null;
        if (text is null)
            return false;
        if (TryAddress(text, out address, out port))
            return true;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !text.AsSpan(0, colon).StartsWith("udp", StringComparison.Ordinal) && !text.AsSpan(0, colon).StartsWith("tcp", StringComparison.Ordinal))
            return false;
        if (!TryAddress(text.AsSpan(colon + 1), out address, out port))
            return false;
        protocol = text[..colon];
        return true;
    }

    private static bool TryAddress(ReadOnlySpan<char> text, out IPAddress? address, out int? port)
    {
        address = null;
        port = null;
        if (text.IsEmpty)
            return false;
        int colons = text.Count(':');
        if (text[0] == '[')
        {
            int bracket = text.IndexOf(']');
            return bracket > 0
                && bracket + 1 < text.Length
                && text[bracket + 1] == ':'
                && TryPort(text[(bracket + 2)..], out port)
                && TryIp(text[1..bracket], AddressFamily.InterNetworkV6, out address);
        }

        if (colons == 1)
        {
            int colon = text.IndexOf(':');
            return TryPort(text[(colon + 1)..], out port) && TryIp(text[..colon], AddressFamily.InterNetwork, out address);
        }

        return TryIp(text, colons == 0 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, out address);
    }

    private static bool TryIp(ReadOnlySpan<char> text, AddressFamily family, out IPAddress? address)
    {
        // The framework also takes "1" for an IPv4 address.
        if (IPAddress.TryParse(text, out address) && address.AddressFamily == family && (family != AddressFamily.InterNetwork || text.Count('.') == 3))
            return true;
        address = null;
        return false;
    }

    private static bool TryPort(ReadOnlySpan<char> text, out int? port)
    {
        port = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) ? number : null;
        return port is not null;
    }
}
