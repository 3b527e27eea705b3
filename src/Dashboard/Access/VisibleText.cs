using System.Globalization;

namespace Dashboard.Access;

/// <summary>
/// Text that somebody unknown has sent, made fit for a line of a log when it is written: at most 64 characters, and what
/// would break the line, colour it or turn it around is replaced.
/// </summary>
internal readonly record struct VisibleText(string? Text)
{
    private const int MaxLength = 64;

    public override string ToString() => Text is null or ""
        ? ""
        : string.Create(Math.Min(Text.Length, MaxLength), Text, static (visible, from) =>
        {
            for (int i = 0; i < visible.Length; i++)
                visible[i] = IsVisible(from[i]) ? from[i] : '\uFFFD';
        });

    private static bool IsVisible(char c) => CharUnicodeInfo.GetUnicodeCategory(c) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);
}
