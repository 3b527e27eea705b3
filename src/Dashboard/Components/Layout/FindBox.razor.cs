using System.Security.Claims;

using Dashboard.Access;
using Dashboard.Components.Viewing;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Dashboard.Components.Layout;

/// <summary>A combobox over everything that is live: arrows choose, Enter goes there, Escape closes.</summary>
public sealed partial class FindBox
{
    private static readonly TimeSpan s_focusMoves = TimeSpan.FromMilliseconds(150);
    private IReadOnlyList<FindResult> _results = [];
    private string _text = "";
    private bool _open;
    private bool _inside;
    private int _active;

    /// <summary>Who looks: they find what they may see.</summary>
    [Parameter, EditorRequired] public required ClaimsPrincipal User { get; set; }

    [Inject] public required LiveStore Store { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    [Inject] public required TimeProvider Time { get; init; }

    /// <summary>Who may have been there.</summary>
    private string PastLink => PageLinks.With(PageLinks.Sessions, ("q", _text.Trim()), ("range", "1y"));

    private void Find()
    {
        _results = FindResult.Find(ServerAccess.Of(User).Of(Store).Values, _text);
        _active = 0;
        _open = !string.IsNullOrWhiteSpace(_text);
    }

    private void OnKey(KeyboardEventArgs key)
    {
        switch (key.Key)
        {
            case "ArrowDown" when _open:
                _active = (_active + 1) % (_results.Count + 1); // the last is the past
                break;
            case "ArrowUp" when _open:
                _active = (_active + _results.Count) % (_results.Count + 1);
                break;
            case "Enter" when _open && _active < _results.Count:
                string link = _results[_active].Link;
                Clear();
                Navigation.NavigateTo(link);
                break;
            case "Enter" when _open:
                string past = PastLink;
                Clear();
                Navigation.NavigateTo(past);
                break;
            case "Escape":
                Clear();
                break;
        }
    }

    private void Clear()
    {
        _text = "";
        _results = [];
        _open = false;
    }

    private void Reopen()
    {
        _inside = true;
        _open = !string.IsNullOrWhiteSpace(_text);
    }

    // The focus may only be on its way from the input to a result.
    private async Task CloseSoonAsync()
    {
        _inside = false;
        await Task.Delay(s_focusMoves, Time);
        if (!_inside)
            _open = false;
    }
}
