using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Tunnel;

/// <summary>One spelling for each domain, so that a name cannot be claimed twice under two of them.</summary>
internal static class DomainName
{
    private const int MaxLength = 253;
    private static readonly SearchValues<char> s_plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._");
    private static readonly IdnMapping s_idn = new();

    /// <summary>Lower case, punycode, no port, no trailing dot. False for the empty name, wildcards and what is no host name.</summary>
    public static bool TryNormalize(string? text, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (string.IsNullOrEmpty(text) || text.Length > 4 * MaxLength)
            return false;
        if (text[0] == '[')
            return TryNormalizeAddress(text, out name);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            if (!IsPort(text.AsSpan(colon + 1)))
                return false;
            text = text[..colon];
        }

        if (text.EndsWith('.'))
            text = text[..^1];
        if (text.AsSpan().ContainsAnyExcept(s_plain) && !TryToPunycode(ref text))
            return false;
        if (text.Length is 0 or > MaxLength || text.AsSpan().ContainsAnyExcept(s_plain) || HasBadLabel(text))
            return false;
        name = text;
        return true;
    }

    private static bool TryToPunycode(ref string text)
    {
        try
        {
            text = s_idn.GetAscii(text).ToLowerInvariant();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool HasBadLabel(ReadOnlySpan<char> name)
    {
        foreach (Range range in name.Split('.'))
        {
            ReadOnlySpan<char> label = name[range];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
                return true;
        }

        return false;
    }

    // [2001:db8::1] or [2001:db8::1]:8443
    private static bool TryNormalizeAddress(string text, [NotNullWhen(true)] out string? name)
    {
        name = null;
        int close = text.IndexOf(']', StringComparison.Ordinal);
        if (close < 0 || !IPAddress.TryParse(text.AsSpan(1, close - 1), out IPAddress? address))
            return false;
        ReadOnlySpan<char> rest = text.AsSpan(close + 1);
        if (!rest.IsEmpty && (rest[0] != ':' || !IsPort(rest[1..])))
            return false;
        name = $"[{address}]";
        return true;
    }

    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.IsEmpty || (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _));
}
