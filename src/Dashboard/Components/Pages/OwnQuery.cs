using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Pages;

/// <summary>
/// The query of a page's address, where its filters and orders live. What the page writes comes back as a change of the
/// address a moment later, when somebody may have typed on: such an echo is known by its mark, and not read.
/// </summary>
internal sealed class OwnQuery(NavigationManager navigation)
{
    private string _mark = NewMark();

    /// <summary>Whether the address is as this page itself wrote it, and has not been another one since.</summary>
    public bool IsEcho()
    {
        if (navigation.HistoryEntryState == _mark)
            return true;
        _mark = NewMark(); // who goes back to what was written before comes to another address
        return false;
    }

    /// <summary>Changes the given parameters; null takes one away. Adds nothing to the browser's history.</summary>
    public void Replace(Dictionary<string, object?> parameters) =>
        navigation.NavigateTo(navigation.GetUriWithQueryParameters(parameters), new NavigationOptions { ReplaceHistoryEntry = true, HistoryEntryState = _mark });

    private static string NewMark() => Guid.NewGuid().ToString("N");
}
