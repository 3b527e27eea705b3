using Microsoft.Playwright;

using Ui.Benchmarks.Browsing;
using Ui.Benchmarks.Builds;

namespace Ui.Benchmarks.Running;

/// <summary>One build at work: its dashboard over a simulated server of its own, and an administrator who has signed in.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly Chromium _chromium;
    private SimulatedServer? _server;
    private DashboardProgram? _dashboard;
    private string _signedIn = "";

    private Stage(Build build, int clients, Chromium chromium) => (Build, Clients, _chromium) = (build, clients, chromium);

    public Build Build { get; }

    public int Clients { get; }

    public Uri Address => _dashboard!.Address;

    /// <summary>CPU time that the dashboard has used.</summary>
    public TimeSpan Cpu => _dashboard!.Cpu;

    /// <summary>Returns when the dashboard shows all its clients.</summary>
    public static async Task<Stage> StartAsync(Build build, int clients, Chromium chromium, CancellationToken cancellationToken)
    {
        Stage stage = new(build, clients, chromium);
        try
        {
            stage._server = await SimulatedServer.StartAsync(stage._folder.Path, clients, cancellationToken);
            stage._dashboard = await DashboardProgram.StartAsync(build, stage._server, stage._folder.Path, cancellationToken);
            await stage.CreateAdministratorAsync();
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address of the server's page, in some order.</summary>
    public static string ServerPage(string? sort = null) => $"/servers/{SimulatedServer.Name}{(sort is null ? "" : $"?sort={sort}")}";

    /// <summary>Lets the dashboard look after its server for a while, with a viewer, so that what is measured has been compiled and has a past to show.</summary>
    public async Task AgeAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        await using Visitor visitor = await SignedInAsync();
        await using OpenPage tab = await visitor.NewPageAsync();
        await tab.ShowClientsAsync(ServerPage(), Clients);
        await Task.Delay(age, cancellationToken);
    }

    /// <summary>The administrator, with an empty cache.</summary>
    /// <param name="through">Where the dashboard is found; null for where it listens.</param>
    public Task<Visitor> SignedInAsync(Uri? through = null) => _chromium.NewVisitorAsync(through ?? Address, _signedIn);

    /// <summary>Nobody in particular, with an empty cache.</summary>
    public Task<Visitor> StrangerAsync() => _chromium.NewVisitorAsync(Address, null);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_dashboard is not null)
                await _dashboard.DisposeAsync();
        }
        finally
        {
            if (_server is not null)
                await _server.DisposeAsync();
            _folder.Dispose();
        }
    }

    private async Task CreateAdministratorAsync()
    {
        await using Visitor visitor = await StrangerAsync();
        await using OpenPage tab = await visitor.NewPageAsync();
        IPage page = tab.Page;
        await page.GotoAsync(_dashboard!.FirstAdministratorLink);
        await page.GetByLabel("User name").FillAsync("ana");
        await page.GetByLabel("New password").FillAsync("correct horse battery staple");
        await page.GetByLabel("The same again").FillAsync("correct horse battery staple");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create and sign in" }).ClickAsync();
        await page.Locator(Markup.Interactive).WaitForAsync();
        await tab.ShowClientsAsync(ServerPage(), Clients);
        _signedIn = await visitor.StorageStateAsync();
    }
}
