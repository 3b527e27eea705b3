using System.Security.Claims;

using Dashboard.Access;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;

using MudBlazor;

namespace Dashboard.Components.Layout;

/// <summary>Finds whatever is live as one types: arrows choose, Enter goes there, Escape closes.</summary>
public sealed partial class FindBox
{
    private MudAutocomplete<FindResult> _box = null!;

    /// <summary>Who looks: they find what they may see.</summary>
    [Parameter, EditorRequired] public required ClaimsPrincipal User { get; set; }

    [Inject] public required LiveStore Store { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    private Task<IEnumerable<FindResult>> FindAsync(string? text, CancellationToken cancellationToken)
    {
        IReadOnlyList<FindResult> live = FindResult.Find(ServerAccess.Of(User).Of(Store).Values, text ?? "");
        return Task.FromResult<IEnumerable<FindResult>>(string.IsNullOrWhiteSpace(text) ? [] : [.. live, FindResult.Past(text, nothingLive: live.Count == 0)]);
    }

    private async Task GoAsync(FindResult? chosen)
    {
        if (chosen is null)
            return;
        await _box.ClearAsync();
        Navigation.NavigateTo(chosen.Link);
    }
}
