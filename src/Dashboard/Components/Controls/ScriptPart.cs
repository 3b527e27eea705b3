using Microsoft.JSInterop;

namespace Dashboard.Components.Controls;

/// <summary>What a script has made in the browser for a component: an object with <c>dispose()</c>, which goes with the component.</summary>
internal sealed class ScriptPart
{
    private readonly IJSObjectReference _module;

    private ScriptPart(IJSObjectReference module, IJSObjectReference made) => (_module, Made) = (module, made);

    public IJSObjectReference Made { get; }

    /// <param name="script">The path of the module.</param>
    /// <param name="function">Its function that makes the object.</param>
    /// <exception cref="JSException">The script could not be fetched, or failed.</exception>
    /// <exception cref="TaskCanceledException">No answer came within the circuit's limit.</exception>
    /// <exception cref="JSDisconnectedException">The tab is gone.</exception>
    public static async Task<ScriptPart> MakeAsync(IJSRuntime js, string script, string function, params object?[] arguments)
    {
        IJSObjectReference module = await js.InvokeAsync<IJSObjectReference>("import", script);
        try
        {
            return new ScriptPart(module, await module.InvokeAsync<IJSObjectReference>(function, arguments));
        }
        catch
        {
            await EndAsync(module.DisposeAsync);
            throw;
        }
    }

    public async ValueTask RemoveAsync()
    {
        await EndAsync(() => Made.InvokeVoidAsync("dispose"));
        await EndAsync(Made.DisposeAsync);
        await EndAsync(_module.DisposeAsync);
    }

    private static async ValueTask EndAsync(Func<ValueTask> end)
    {
        try
        {
            await end();
        }
        catch (Exception e) when (e is JSException or TaskCanceledException or JSDisconnectedException)
        {
            // A script that failed has nothing to clear up; a tab that is gone has taken everything with it.
        }
    }
}
