using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Components.Controls;

/// <summary>
/// What a script in the browser draws into an element: made after the first rendering, drawn once for each new
/// <typeparamref name="T"/>, one drawing at a time and always the newest.
/// </summary>
public abstract class BrowserChart<T> : ComponentBase, IAsyncDisposable
    where T : class
{
    private IJSObjectReference? _module;
    private IJSObjectReference? _chart;
    private T? _drawn;
    private bool _drawing;
    private bool _disposed;

    /// <summary>What is drawn, for who cannot see it.</summary>
    [Parameter, EditorRequired] public required string Title { get; set; }

    [Inject] public required IJSRuntime JS { get; init; }

    /// <summary>Where the script draws; the markup refers to it.</summary>
    protected ElementReference Canvas { get; set; }

    /// <summary>The path of the script: a module with <c>create(element)</c>, whose result has <c>dispose()</c>.</summary>
    protected abstract string Script { get; }

    /// <summary>What should be on the screen now.</summary>
    protected abstract T Wanted { get; }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        if (!_drawing)
            await RemoveAsync();
        GC.SuppressFinalize(this);
    }

    /// <param name="drawn">What is on the screen, null before the first time.</param>
    protected abstract ValueTask DrawAsync(IJSObjectReference chart, T wanted, T? drawn);

    protected sealed override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_drawing || _disposed)
            return;

        _drawing = true;
        try
        {
            if (_chart is null)
            {
                _module = await JS.InvokeAsync<IJSObjectReference>("import", Script);
                _chart = await _module.InvokeAsync<IJSObjectReference>("create", Canvas);
            }
            while (!_disposed && Wanted is var wanted && !Equals(wanted, _drawn))
            {
                await DrawAsync(_chart, wanted, _drawn);
                _drawn = wanted;
            }
        }
        catch (JSDisconnectedException)
        {
            // the tab is gone
        }
        finally
        {
            _drawing = false;
        }
        if (_disposed)
            await RemoveAsync(); // the page was left while it was drawn
    }

    private async Task RemoveAsync()
    {
        try
        {
            if (_chart is not null)
            {
                await _chart.InvokeVoidAsync("dispose");
                await _chart.DisposeAsync();
            }
            if (_module is not null)
                await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // the tab is gone, and the chart with it
        }
    }
}
