using System.Diagnostics;

namespace Dashboard.Components.Controls;

/// <summary>Lucide's icons in the form in which MudBlazor takes one: what stands inside an <c>svg</c> element.</summary>
internal static class Lucide
{
    /// <param name="name">Lucide's name, written in our code: it becomes markup.</param>
    public static string Icon(string name)
    {
        Debug.Assert(name.All(static c => char.IsAsciiLetterLower(c) || c is '-'));
        return $"<use href=\"lib/icons.svg#{name}\" />";
    }
}
