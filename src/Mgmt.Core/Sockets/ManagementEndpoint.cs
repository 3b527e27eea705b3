using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DualStack;

namespace Mgmt.Core.Sockets;

/// <summary>
/// Where a management interface is: <c>tcp://host:port</c> (both families), <c>tcp4://</c>, <c>tcp6://</c>, <c>unix:/path</c>, <c>tunnel://site/name</c>.
/// </summary>
public abstract record ManagementEndpoint
{
    private ManagementEndpoint()
    {
        // closed: every case is nested below
    }

    /// <summary>A TCP port.</summary>
    /// <param name="Host">Host name or address, without brackets; for a listener also <c>*</c>, every address of this machine.</param>
    /// <param name="Port">1 to 65535; 0 lets a listener choose.</param>
    /// <param name="Family">The one family to use, or unspecified for both.</param>
    public sealed record Tcp(string Host, int Port, AddressFamily Family = AddressFamily.Unspecified) : ManagementEndpoint
    {
        /// <inheritdoc/>
        public override string ToString()
        {
            string scheme = Family switch { AddressFamily.InterNetwork => "tcp4", AddressFamily.InterNetworkV6 => "tcp6", _ => "tcp" };
            string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
            return string.Create(CultureInfo.InvariantCulture, $"{scheme}://{host}:{Port}");
        }
    }

    /// <summary>A unix stream socket.</summary>
    /// <param name="Path">Absolute path of the socket file.</param>
    public sealed record Unix(string Path) : ManagementEndpoint
    {
        /// <inheritdoc/>
        public override string ToString() => "unix:" + Path;
    }

    /// <summary>A daemon at a remote site, reached through a tunnel that somebody else dials.</summary>
    /// <param name="Site">The site.</param>
    /// <param name="Name">The daemon's name there.</param>
    public sealed record Tunnel(string Site, string Name) : ManagementEndpoint
    {
        /// <inheritdoc/>
        public override string ToString() => $"tunnel://{Site}/{Name}";
    }

    /// <summary>Reads the written form.</summary>
    /// <param name="text">A URI.</param>
    /// <exception cref="FormatException">It is none; the message says what is wrong and shows a good one.</exception>
    public static ManagementEndpoint Parse(string text) =>
        TryParse(text, out ManagementEndpoint? endpoint, out string? error) ? endpoint : throw new FormatException(error);

    /// <summary>Reads the written form.</summary>
    /// <param name="text">A URI.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="error">What is wrong, with a good example.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ManagementEndpoint? endpoint, [NotNullWhen(false)] out string? error)
    {
        endpoint = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            error = "An endpoint is missing; write for example 'unix:/run/openvpn/server.sock' or 'tcp://127.0.0.1:7505'.";
            return false;
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string rest = text[(colon + 1)..];
        (endpoint, error) = (colon < 0 ? "" : text[..colon]) switch
        {
            "unix" => ParseUnix(rest),
            "tcp" => ParseTcp(rest, AddressFamily.Unspecified),
            "tcp4" => ParseTcp(rest, AddressFamily.InterNetwork),
            "tcp6" => ParseTcp(rest, AddressFamily.InterNetworkV6),
            "tunnel" => ParseTunnel(rest),
            _ when text.StartsWith('/') => (null, $"'{text}' is a path; a unix socket is written 'unix:{text}'."),
            _ => (null, $"'{text}' does not begin with tcp://, tcp4://, tcp6://, unix: or tunnel://; write for example 'tcp://127.0.0.1:7505'."),
        };
        return endpoint is not null;
    }

    private static (ManagementEndpoint? Endpoint, string? Error) ParseUnix(string rest)
    {
        string path = rest.StartsWith("//", StringComparison.Ordinal) ? rest[2..] : rest;
        if (!path.StartsWith('/') || path.Length < 2 || path.Contains('\0', StringComparison.Ordinal))
            return (null, $"'unix:{rest}' needs an absolute path; write for example 'unix:/run/openvpn/server.sock'.");
        // sockaddr_un holds 108 bytes, the closing zero included
        if (System.Text.Encoding.UTF8.GetByteCount(path) > 107)
            return (null, $"'unix:{rest}' is too long: the path of a unix socket has at most 107 bytes.");
        return (new Unix(path), null);
    }

    private static (ManagementEndpoint? Endpoint, string? Error) ParseTcp(string rest, AddressFamily family)
    {
        string scheme = family switch { AddressFamily.InterNetwork => "tcp4", AddressFamily.InterNetworkV6 => "tcp6", _ => "tcp" };
        string text = $"{scheme}:{rest}";
        string example = family == AddressFamily.InterNetworkV6 ? "tcp6://[::1]:7505" : $"{scheme}://127.0.0.1:7505";
        if (!rest.StartsWith("//", StringComparison.Ordinal))
            return (null, $"'{text}' needs two slashes; write for example '{example}'.");
        string authority = rest[2..].TrimEnd('/');
        int split = authority.LastIndexOf(':');
        string host = split < 0 ? authority : authority[..split];
        if (split < 0 || !int.TryParse(authority.AsSpan(split + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > 65535)
            return (null, $"'{text}' needs a port from 1 to 65535; write for example '{example}'.");
        if (host.StartsWith('[') && host.EndsWith(']'))
            host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal))
            return (null, $"'{text}': an IPv6 address is written in brackets, for example 'tcp://[::1]:7505'.");
        if (host != HostAddresses.Any && Uri.CheckHostName(host) == UriHostNameType.Unknown)
            return (null, $"'{text}' has no valid host; write for example '{example}'.");
        if (family != AddressFamily.Unspecified && IPAddress.TryParse(host, out IPAddress? address) && address.AddressFamily != family)
            return (null, $"'{text}' can never match: {host} is not an {(family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")} address; write 'tcp://' for either family.");
        return (new Tcp(host, port, family), null);
    }

    private static (ManagementEndpoint? Endpoint, string? Error) ParseTunnel(string rest)
    {
        string[] parts = rest.StartsWith("//", StringComparison.Ordinal) ? rest[2..].Split('/') : [];
        return parts is [{ Length: > 0 } site, { Length: > 0 } name]
            ? (new Tunnel(site, name), null)
            : (null, $"'tunnel:{rest}' needs a site and a name; write for example 'tunnel://lyon/openvpn'.");
    }
}
