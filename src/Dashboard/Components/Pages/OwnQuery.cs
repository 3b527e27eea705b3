using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Pages;

/// <summary>
/// The query of a page's address, where its filters and orders live. What the page writes comes back as a change of the
/// address a moment later, when somebody may have typed on: such an echo is known by its mark, and not read.
/// </summary>
internal sealed class OwnQuery(NavigationManager navigation)
{
    private readonly string _mark = Guid.NewGuid().ToString("N");

    /// <summary>Whether the address is as this page itself wrote it.</summary>
    public bool IsEcho => navigation.HistoryEntryState == _mark;

    /// <summary>Changes the given parameters; null takes one away. Adds nothing to the browser's history.</summary>
    public void Replace(Dictionary<string, object?> parameters) =>
        navigation.NavigateTo(navigation.GetUriWithQueryParameters(parameters), new NavigationOptions { ReplaceHistoryEntry = true, HistoryEntryState = _mark });
}
