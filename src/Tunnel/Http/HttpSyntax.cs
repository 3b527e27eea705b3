using System.Buffers;

namespace Tunnel.Http;

/// <summary>The characters HTTP/1.1 allows (RFC 9110 and 9112), and the headers that belong to one hop.</summary>
internal static class HttpSyntax
{
    private static readonly SearchValues<byte> s_tokenBytes = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);
    private static readonly SearchValues<char> s_tokenChars = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<byte> s_notInValueBytes = SearchValues.Create((byte)'\r', (byte)'\n', 0);
    private static readonly SearchValues<char> s_notInValueChars = SearchValues.Create('\r', '\n', '\0');

    private static readonly HashSet<string> s_hopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization",
        "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    public static bool IsToken(ReadOnlySpan<byte> name) => !name.IsEmpty && !name.ContainsAnyExcept(s_tokenBytes);

    public static bool IsToken(ReadOnlySpan<char> name) => !name.IsEmpty && !name.ContainsAnyExcept(s_tokenChars);

    public static bool IsValue(ReadOnlySpan<byte> value) => !value.ContainsAny(s_notInValueBytes);

    public static bool IsValue(ReadOnlySpan<char> value) => !value.ContainsAny(s_notInValueChars);

    /// <summary>Headers that say something about one connection and are never passed on.</summary>
    public static bool IsHopByHop(string name) => s_hopByHop.Contains(name);

    /// <summary>Whether a comma-separated list such as <c>Connection: close, Upgrade</c> holds the token.</summary>
    public static bool ListContains(string? list, string token)
    {
        foreach (Range range in list.AsSpan().Split(','))
        {
            if (list.AsSpan(range).Trim().Equals(token, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
