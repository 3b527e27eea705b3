using System.Collections.Immutable;

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
    private IJSObjectReference? _module;
    private IJSObjectReference? _follower;
    private DotNetObjectReference<LogTail>? _self;
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

    /// <summary>Called by the browser when the reader leaves the end or comes back to it.</summary>
    [JSInvokable]
    public Task SetFollowingAsync(bool following) => InvokeAsync(() => FollowingChanged.InvokeAsync(following));

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await RemoveAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_started || Lines.IsEmpty)
            return;

        _started = true;
        try
        {
            _module = await JS.InvokeAsync<IJSObjectReference>("import", "./Components/Controls/LogTail.razor.js");
            _self = DotNetObjectReference.Create(this);
            _follower = await _module.InvokeAsync<IJSObjectReference>("follow", _scroller, _self);
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
        try
        {
            if (_follower is not null)
            {
                await _follower.InvokeVoidAsync("dispose");
                await _follower.DisposeAsync();
            }
            if (_module is not null)
                await _module.DisposeAsync();
        }
        catch (Exception e) when (e is JSException or TaskCanceledException)
        {
            // a script that failed has nothing to clear up
        }
        catch (JSDisconnectedException)
        {
            // the tab is gone, and what was in it
        }
        _self?.Dispose();
    }
}
