using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Components.Controls;

/// <summary>
/// What a script in the browser draws into an element: made after the first rendering, drawn once for each new
/// <typeparamref name="T"/>, one drawing at a time and always the newest. A script that cannot be loaded or fails costs its
/// chart and not the page: words stand in the chart's place.
/// </summary>
public abstract partial class BrowserChart<T> : IAsyncDisposable
{
    private ScriptPart? _chart;
    private T? _drawn;
    private bool _drawing;
    private bool _disposed;
    private bool _failed;

    /// <summary>What is drawn, in a few words.</summary>
    [Parameter, EditorRequired] public required string Title { get; set; }

    [Inject] public required IJSRuntime JS { get; init; }

    [Inject] public required ILoggerFactory Logs { get; init; }

    private ElementReference Canvas { get; set; }

    /// <summary>The path of the script: a module with <c>create(element)</c>, whose result has <c>dispose()</c>.</summary>
    protected abstract string Script { get; }

    /// <summary>What there is to see, for who cannot see it.</summary>
    protected abstract string Summary { get; }

    /// <summary>Whether the script lists the numbers below the drawing when asked to: where no table beside it has them.</summary>
    protected virtual bool TellsNumbers => false;

    /// <summary>How high the drawing is: empty, <c>low</c>, <c>high</c> or <c>tall</c>.</summary>
    protected virtual string Size => "";

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
        if (_drawing || _disposed || _failed)
            return;

        _drawing = true;
        try
        {
            _chart ??= await ScriptPart.MakeAsync(JS, Script, "create", Canvas);
            while (!_disposed && Wanted is var wanted && !Equals(wanted, _drawn))
            {
                await DrawAsync(_chart.Made, wanted, _drawn);
                _drawn = wanted;
            }
        }
        catch (JSDisconnectedException)
        {
            // the tab is gone
        }
        catch (Exception e) when (e is JSException or TaskCanceledException)
        {
            if (_disposed)
                return; // the page was left while its script was on the way: what it would draw into is gone
            ILogger logger = Logs.CreateLogger(GetType());
            Log.ChartFailed(logger, Script, new VisibleText(e.Message, MaxLength: 200)); // TaskCanceledException: no answer within the circuit's limit
            _failed = true;
            StateHasChanged();
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
        if (_chart is not null)
            await _chart.RemoveAsync();
    }
}
