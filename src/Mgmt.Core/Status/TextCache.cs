using System.Text;

namespace Mgmt.Core.Status;

/// <summary>Makes one string of equal texts: names and addresses of a status come once for the client and again for each of its routes.</summary>
internal sealed class TextCache
{
    private const int MaxCachedLength = 256;

    private readonly HashSet<string> _texts;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public TextCache()
    {
        _texts = new HashSet<string>(StringComparer.Ordinal);
        _lookup = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Get(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return "";
        if (text.Length > MaxCachedLength)
            return Encoding.UTF8.GetString(text);
        Span<char> chars = stackalloc char[MaxCachedLength];
        chars = chars[..Encoding.UTF8.GetChars(text, chars)];
        if (_lookup.TryGetValue(chars, out string? known))
            return known;
        string added = chars.ToString();
        _texts.Add(added);
        return added;
    }
}
