using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(E2E.Browsers.Browser))]

namespace E2E.Browsers;

/// <summary>One Chromium for all tests, started when the first one asks for it; every context is a person of its own.</summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];

    // No sandbox: Chromium refuses one to root, and the tests run as root. The rest keeps it from calling anywhere.
    private static readonly string[] s_arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Chromium)>> _launched = new(LaunchAsync);

    /// <summary>A context without cookies; the caller disposes it.</summary>
    /// <param name="screen">What the person looks with.</param>
    /// <param name="baseUrl">What relative addresses are relative to.</param>
    /// <param name="timeZone">Where the person is.</param>
    public async Task<IBrowserContext> NewContextAsync(Screen screen, string? baseUrl = null, string timeZone = "Europe/Paris")
    {
        (_, IBrowser chromium) = await _launched.Value;
        IBrowserContext context = await chromium.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = baseUrl,
            ColorScheme = screen.ColorScheme,
            ViewportSize = new ViewportSize { Width = screen.Width, Height = screen.Height },
            DeviceScaleFactor = screen.IsPhone || screen.HasForcedColors ? 2 : 1,
            ForcedColors = screen.HasForcedColors ? ForcedColors.Active : ForcedColors.None,
            ReducedMotion = screen.HasForcedColors ? ReducedMotion.Reduce : ReducedMotion.NoPreference,
            IsMobile = screen.IsPhone,
            HasTouch = screen.IsPhone,
            Locale = "en-GB",
            TimezoneId = timeZone,
        });
        context.SetDefaultTimeout((float)Eventually.Limit.TotalMilliseconds);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_launched.IsValueCreated)
            return;
        (IPlaywright playwright, IBrowser chromium) = await _launched.Value;
        await chromium.DisposeAsync();
        playwright.Dispose();
    }

    private static async Task<(IPlaywright Playwright, IBrowser Chromium)> LaunchAsync()
    {
        Assertions.SetDefaultExpectTimeout((float)Eventually.Limit.TotalMilliseconds);
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser chromium = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = FindChromium(),
            Args = s_arguments,
        });
        return (playwright, chromium);
    }

    private static string FindChromium() =>
        (from name in s_names
         from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
         let path = Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault()
        ?? throw new FileNotFoundException($"None of {string.Join(", ", s_names)} is in the PATH.");
}
