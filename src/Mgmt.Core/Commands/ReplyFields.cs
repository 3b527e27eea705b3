using System.Globalization;

namespace Mgmt.Core.Commands;

/// <summary>Replies such as <c>nclients=2,bytesin=4028,bytesout=4170</c>.</summary>
internal static class ReplyFields
{
    public static long? Find(ReadOnlySpan<char> text, ReadOnlySpan<char> name) =>
        long.TryParse(ValueOf(text, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : null;

    public static ulong? FindCounter(ReadOnlySpan<char> text, ReadOnlySpan<char> name) =>
        ulong.TryParse(ValueOf(text, name), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null;

    private static ReadOnlySpan<char> ValueOf(ReadOnlySpan<char> text, ReadOnlySpan<char> name)
    {
        foreach (Range range in text.Split(','))
        {
            ReadOnlySpan<char> field = text[range];
            if (field.Length > name.Length
                && field[name.Length] == '='
                && field.StartsWith(name, StringComparison.Ordinal))
                return field[(name.Length + 1)..];
        }

        return [];
    }
}
