using Microsoft.Playwright;

namespace Ui.Benchmarks.Browsing;

/// <summary>A tab, and the browser's own figures of it.</summary>
internal sealed class OpenPage(IPage page, ICDPSession tools) : IAsyncDisposable
{
    public IPage Page => page;

    public ICDPSession Tools => tools;

    /// <summary>Opens the page of a server and returns once it answers and shows so many clients.</summary>
    public async Task ShowClientsAsync(string address, int clients)
    {
        await page.GotoAsync(address);
        await page.Locator(Markup.Interactive).WaitForAsync();
        await page.Locator(Markup.ClientRows(clients)).WaitForAsync();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // Leaving ends the circuit at once; a tab that is merely closed might keep it at work for minutes.
            await page.GotoAsync("about:blank");
            await page.CloseAsync();
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            // the browser is gone
        }
    }
}
