using System.Globalization;

namespace Ui.Benchmarks.Browsing;

/// <summary>What is looked for in the live pages of every build that is compared: where their markup differs, a selector names both.</summary>
internal static class Markup
{
    /// <summary>There once the page answers: before that a click is lost.</summary>
    public const string Interactive = "[data-interactive]";

    /// <summary>The element that scrolls the clients of a server, which are rows (<c>tr</c>) in it.</summary>
    public const string ClientScroller = ".clients";

    /// <summary>There once the table holds so many clients; the heading counts as a row.</summary>
    public static string ClientRows(int clients) => $"[aria-rowcount='{(clients + 1).ToString(CultureInfo.InvariantCulture)}']";
}
