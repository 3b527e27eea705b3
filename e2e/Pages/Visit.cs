using Microsoft.Playwright;

namespace E2E.Pages;

/// <summary>One person's browser, and what went wrong in it.</summary>
public sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    public Visit(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) => Note(message.Type is "error", message.Text);
        page.PageError += (_, error) => Note(true, error);
    }

    public IPage Page { get; }

    /// <summary>Script errors and violations of the content security policy.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_errors)
                return [.. _errors];
        }
    }

    /// <summary>Opens one of the dashboard's pages and waits until it answers: before that a click is lost.</summary>
    public async Task GotoAsync(string address)
    {
        await Page.GotoAsync(address);
        await Page.Locator("[data-interactive]").WaitForAsync();
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private void Note(bool isError, string text)
    {
        if (!isError)
            return;
        lock (_errors)
            _errors.Add(text);
    }
}
