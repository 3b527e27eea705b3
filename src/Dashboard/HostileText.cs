using System.Globalization;
using System.Text;

namespace Dashboard;

/// <summary>
/// Text from strangers as it may be shown. Characters that draw nothing, or that turn the text around them, are written
/// out (<c>‹202E›</c>), so that two names which look the same are the same. Markup is the renderer's business: it escapes.
/// </summary>
internal static class HostileText
{
    public static string Visible(string text)
    {
        int first = FirstHidden(text);
        if (first < 0)
            return text;

        StringBuilder shown = new(text, 0, first, text.Length + 16);
        for (int i = first; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out Rune rune))
            {
                Write(shown, text[i++]); // half of a pair
                continue;
            }
            if (IsHidden(rune))
                Write(shown, rune.Value);
            else
                shown.Append(rune.ToString());
            i += rune.Utf16SequenceLength;
        }
        return shown.ToString();
    }

    private static int FirstHidden(string text)
    {
        for (int i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out Rune rune) || IsHidden(rune))
                return i;
            i += rune.Utf16SequenceLength;
        }
        return -1;
    }

    private static void Write(StringBuilder shown, int codePoint) =>
        shown.Append('‹').Append(codePoint.ToString("X4", CultureInfo.InvariantCulture)).Append('›');

    // The zero-width joiners stay: scripts and emoji are written with them.
    private static bool IsHidden(Rune rune) =>
        rune.Value is not (0x200C or 0x200D)
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}
