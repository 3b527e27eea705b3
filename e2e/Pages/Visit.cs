using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

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
        page.Console += (_, message) => Note(message.Type is "error", $"{message.Text} {message.Location}");
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

    /// <summary>Opens a field's list and takes what it says.</summary>
    /// <param name="within">Where the field is; null for the page.</param>
    public async Task ChooseAsync(string label, string option, ILocator? within = null)
    {
        ILocator field = (within ?? Page.Locator("body")).GetByRole(AriaRole.Combobox, new() { Name = label, Exact = true });
        await field.ClickAsync();
        await Page.GetByRole(AriaRole.Option, new() { Name = option, Exact = true }).ClickAsync();
        await Assertions.Expect(field).ToHaveValueAsync(option);
    }

    /// <summary>Waits until every chart of the page is drawn.</summary>
    public async Task<IReadOnlyList<ILocator>> ChartsAsync()
    {
        await Assertions.Expect(Page.GetByText("Reading the history")).ToHaveCountAsync(0);
        await Assertions.Expect(Page.Locator(".canvas:not([data-drawn])")).ToHaveCountAsync(0);
        await Assertions.Expect(Page.GetByText("The chart could not be drawn.")).ToHaveCountAsync(0);
        return await Page.Locator(".canvas").AllAsync();
    }

    /// <summary>
    /// Takes a picture of the whole page, for people to look at in <c>artifacts/screenshots</c>, and checks what a machine can tell:
    /// that it is no wider than the screen, and that nothing keeps somebody from using it.
    /// </summary>
    /// <param name="name">Of the picture.</param>
    /// <param name="systemColours">The colours are not ours: axe reckons with those of the sheet, which are not on the screen.</param>
    public async Task LookAsync(string name, bool systemColours = false)
    {
        await Page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Root, "artifacts", "screenshots", name + ".png"), FullPage = true });
        int tooWide = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(tooWide <= 0, $"{name} is {tooWide} pixels wider than the screen.");
        AxeResult accessibility = await Page.RunAxe(systemColours ? new AxeRunOptions { Rules = new() { ["color-contrast"] = new RuleOptions { Enabled = false } } } : null);
        Assert.Empty(accessibility.Violations.Select(v => $"{name}: {v.Id}, {v.Help}: {v.Nodes[0].Html}"));
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
