using System.Globalization;

using Dashboard.Approvals;

namespace Dashboard.Api;

/// <summary>How the API writes for how long somebody is kept out.</summary>
internal static class BlockTerms
{
    public const string UntilLifted = "untilLifted";

    public static bool TryParse(string text, out BlockTerm term)
    {
        bool isUntilLifted = text == UntilLifted;
        bool isTime = TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out TimeSpan time);
        term = new BlockTerm(isUntilLifted ? null : time);
        return isUntilLifted || (isTime && term.IsValid);
    }
}
