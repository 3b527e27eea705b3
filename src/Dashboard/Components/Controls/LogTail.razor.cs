using System.Collections.Immutable;

using Dashboard.Components.Viewing;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Components.Controls;

/// <summary>Shows log lines; the browser's half keeps the end in view while the reader is there.</summary>
public sealed partial class LogTail : IAsyncDisposable
{
    /// <summary>As many as fit, in the page that comes before the circuit: the rest would only delay it.</summary>
    private const int FirstLines = 14;

    private ElementReference _scroller;
    private ScriptPart? _follower;
    private DotNetObjectReference<LogTail>? _self;
    private (ImmutableArray<LogEntry> Lines, bool Old, bool Tall, string Label, TimeZoneInfo Zone) _drawn;
    private bool _started;
    private bool _disposed;

    [Parameter, EditorRequired] public ImmutableArray<LogEntry> Lines { get; set; } = [];

    /// <summary>The lines are the last known ones.</summary>
    [Parameter] public bool Old { get; set; }

    /// <summary>Takes the height of the window instead of a few lines.</summary>
    [Parameter] public bool Tall { get; set; }

    [Parameter] public string Label { get; set; } = "Log";

    /// <summary>Told whether the end is followed.</summary>
    [Parameter] public EventCallback<bool> FollowingChanged { get; set; }

    [Inject] public required IJSRuntime JS { get; init; }

    [Inject] public required ViewerClock Clock { get; init; }

    /// <summary>Called by the browser when the reader leaves the end or comes back to it.</summary>
    [JSInvokable]
    public Task SetFollowingAsync(bool following) => InvokeAsync(() => FollowingChanged.InvokeAsync(following));

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await RemoveAsync();
    }

    // Hundreds of lines, on a page that is drawn twice a second.
    protected override bool ShouldRender()
    {
        var before = _drawn;
        _drawn = (Lines, Old, Tall, Label, Clock.Zone);
        return _drawn != before;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_started || Lines.IsEmpty)
            return;

        _started = true;
        try
        {
            _self = DotNetObjectReference.Create(this);
            _follower = await ScriptPart.MakeAsync(JS, "./Components/Controls/LogTail.razor.js", "follow", _scroller, _self);
        }
        catch (Exception e) when (e is JSException or TaskCanceledException) // no answer within the circuit's limit
        {
            // without its script the log does not follow its end
        }
        catch (JSDisconnectedException)
        {
            // the tab is gone
        }
        if (_disposed)
            await RemoveAsync(); // the log was left while its script was on the way
    }

    private async Task RemoveAsync()
    {
        if (_follower is not null)
            await _follower.RemoveAsync();
        _self?.Dispose();
    }
}
