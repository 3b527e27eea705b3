using System.Text;

namespace Dashboard.History;

/// <summary>Strangers choose names. PostgreSQL takes no NUL, UTF-8 no half of a surrogate pair, and an index no novel.</summary>
internal static class StoredText
{
    /// <summary>Two of them fit into one entry of an index.</summary>
    public const int MaxLength = 256;

    /// <summary>The text as it is stored: what cannot be becomes U+FFFD, what is too long is cut.</summary>
    public static string Clean(string text) => CleanAndCut(text, MaxLength);

    /// <summary>The same for a text that stands in no index, with a length of its own.</summary>
    public static string CleanAndCut(string text, int maxLength)
    {
        if (text.Length <= maxLength && IsStorable(text))
            return text;
        StringBuilder clean = new(Math.Min(text.Length, maxLength));
        foreach (Rune rune in text.EnumerateRunes()) // half a pair comes as U+FFFD
        {
            if (clean.Length + rune.Utf16SequenceLength > maxLength)
                break;
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        }
        return clean.ToString();
    }

    public static string? CleanOrNull(string? text) => text is null ? null : Clean(text);

    private static bool IsStorable(string text)
    {
        foreach (char c in text)
        {
            if (c == '\0' || char.IsSurrogate(c))
                return false;
        }
        return true;
    }
}
