using Microsoft.Playwright;

namespace Ui.Benchmarks.Browsing;

/// <summary>The system's Chromium without a window.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];

    // No sandbox: Chromium refuses one to root. The rest keeps it from calling anywhere.
    private static readonly string[] s_arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public string Version => _browser.Version;

    public static async Task<Chromium> LaunchAsync()
    {
        IPlaywright playwright = await Playwright.CreateAsync();
        try
        {
            return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Find(), Args = s_arguments }));
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>A browser of its own, with nothing in its cache, on a usual screen.</summary>
    /// <param name="cookies">Who has signed in; null for a stranger.</param>
    public async Task<Visitor> NewVisitorAsync(Uri address, string? cookies) => new(await _browser.NewContextAsync(new()
    {
        BaseURL = address.ToString(),
        StorageState = cookies,
        ColorScheme = ColorScheme.Dark,
        ViewportSize = new() { Width = 1440, Height = 900 },
        Locale = "en-GB",
        TimezoneId = "Europe/Paris",
    }));

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _browser.DisposeAsync();
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            // Ctrl-C has reached the browser's driver before us, and it is gone.
        }
        _playwright.Dispose();
    }

    private static string Find() =>
        (from name in s_names
         from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
         let path = Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault()
        ?? throw new FileNotFoundException($"None of {string.Join(", ", s_names)} is in the PATH.");
}
