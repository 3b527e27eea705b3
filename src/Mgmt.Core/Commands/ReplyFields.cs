using System.Globalization;

namespace Mgmt.Core.Commands;

/// <summary>Replies such as <c>nclients=2,bytesin=4028,bytesout=4170</c>.</summary>
internal static class ReplyFields
{
    public static long? Find(ReadOnlySpan<char> text, ReadOnlySpan<char> name)
    {
        foreach (Range range in text.Split(','))
        {
            ReadOnlySpan<char> field = text[range];
            if (field.Length > name.Length
                && field[name.Length] == '='
                && field.StartsWith(name, StringComparison.Ordinal)
                && long.TryParse(field[(name.Length + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
                return value;
        }

        return null;
    }
}
