using Microsoft.Playwright;

namespace Ui.Benchmarks.Browsing;

/// <summary>Somebody with a browser of their own: cookies and a cache that nobody shares.</summary>
internal sealed class Visitor(IBrowserContext context) : IAsyncDisposable
{
    // Long, because both builds are at work beside each other.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>The cookies and what else says who they are.</summary>
    public Task<string> StorageStateAsync() => context.StorageStateAsync();

    public async Task<OpenPage> NewPageAsync()
    {
        context.SetDefaultTimeout((float)s_limit.TotalMilliseconds);
        IPage page = await context.NewPageAsync();
        return new OpenPage(page, await context.NewCDPSessionAsync(page));
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await context.DisposeAsync();
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            // the browser is gone
        }
    }
}
