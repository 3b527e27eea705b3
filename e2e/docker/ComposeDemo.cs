using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

using E2E.Browsers;
using E2E.Pages;

using Microsoft.Playwright;

namespace E2E.Docker;

/// <summary>
/// The demo as README.md starts it, under a name and on a port of its own so that somebody's own demo is not touched, with an
/// administrator who has used the link in the log.
/// </summary>
public sealed class ComposeDemo(Browser browser) : IAsyncLifetime
{
    private static readonly TimeSpan s_buildLimit = TimeSpan.FromMinutes(12);
    private static readonly TimeSpan s_commandLimit = TimeSpan.FromMinutes(2);

    private readonly string _project = $"dashboard-test-{Guid.NewGuid().ToString("N")[..8]}";
    private readonly int _port = FreePort();
    private string[] _compose = [];
    private string _engine = "";

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}");

    public int Port => _port;

    public async ValueTask InitializeAsync()
    {
        _engine = (await RunAsync([Path.Combine(Repository.Root, "e2e", "docker", "engine"), "start"], s_buildLimit)).Trim();
        _compose = (await TryAsync(["docker", "compose", "version"], s_commandLimit)).ExitCode == 0 ? ["docker", "compose"] : ["docker-compose"];
        try
        {
            await ComposeAsync(s_buildLimit, "up", "--detach", "--build");
            await HealthyAsync();
            await using Visit visit = await VisitAsync();
            await Account.CreateFirstAdministratorAsync(visit.Page, await FirstAdminLinkAsync());
        }
        catch
        {
            await DownAsync();
            throw;
        }
    }

    /// <summary>Takes everything down and fails when something is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        foreach (string kind in new[] { "container", "volume", "network" })
        {
            string[] all = kind == "container" ? ["--all"] : [];
            string left = await RunAsync(["docker", kind, "ls", "--quiet", .. all, "--filter", $"label=com.docker.compose.project={_project}"], s_commandLimit);
            Assert.Equal("", left);
        }
        if (_engine.Length > 0)
            await RunAsync([Path.Combine(Repository.Root, "e2e", "docker", "engine"), "stop", _engine], s_commandLimit);
    }

    /// <summary>A page of the administrator.</summary>
    public async Task<Visit> SignInAsync()
    {
        Visit visit = await VisitAsync();
        await Account.SignInAsync(visit.Page);
        return visit;
    }

    public Task ComposeAsync(params string[] arguments) => ComposeAsync(s_commandLimit, arguments);

    /// <summary>Waits until every service with a health check is healthy.</summary>
    public Task<string[]> HealthyAsync() =>
        Eventually.ReadAsync(StatesAsync, states => states.Length == 6 && states.All(state => state.Contains("(healthy)", StringComparison.Ordinal)), TestContext.Current.CancellationToken, TimeSpan.FromMinutes(3));

    /// <summary>What Docker knows of each running container, by a template of its own language.</summary>
    public async Task<string[]> InspectAsync(string template) =>
        (await RunAsync(["docker", "inspect", "--format", template, .. await ContainersAsync()], s_commandLimit)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs a container of its own from the image of the VPN.</summary>
    public Task<(int ExitCode, string Output)> RunContainerAsync(params string[] arguments) => TryAsync(["docker", "run", "--rm", .. arguments], s_commandLimit);

    private async Task<Visit> VisitAsync()
    {
        IBrowserContext context = await browser.NewContextAsync(Screen.Dark, Address);
        return new Visit(context, await context.NewPageAsync());
    }

    private async Task<string> FirstAdminLinkAsync()
    {
        string log = await Eventually.ReadAsync(
            () => ComposeAsync(s_commandLimit, "logs", "--no-color", "dashboard"),
            text => text.Contains("/account/first-admin?", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        int start = log.IndexOf("/account/first-admin?", StringComparison.Ordinal);
        return log[start..log.IndexOfAny(['\r', '\n', ' '], start)];
    }

    private async Task<string[]> StatesAsync() =>
        [.. (await RunAsync(["docker", "ps", "--format", "{{.Names}} {{.Status}}", "--filter", $"label=com.docker.compose.project={_project}"], s_commandLimit))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private async Task<string[]> ContainersAsync() =>
        (await RunAsync(["docker", "ps", "--quiet", "--filter", $"label=com.docker.compose.project={_project}"], s_commandLimit)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Task<string> DownAsync() => ComposeAsync(s_commandLimit, "down", "--volumes", "--remove-orphans", "--timeout", "5");

    private Task<string> ComposeAsync(TimeSpan limit, params string[] arguments) =>
        RunAsync([.. _compose, "--file", Path.Combine(Repository.Root, "docker", "compose.yaml"), .. arguments], limit);

    private async Task<string> RunAsync(string[] command, TimeSpan limit)
    {
        (int exitCode, string output) = await TryAsync(command, limit);
        return exitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {exitCode}:\n{output}");
    }

    /// <summary>Standard output, and behind it standard error when the command failed.</summary>
    private async Task<(int ExitCode, string Output)> TryAsync(string[] command, TimeSpan limit)
    {
        using var late = new CancellationTokenSource(limit);
        ProcessStartInfo start = new(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["COMPOSE_PROJECT_NAME"] = _project,
                ["DASHBOARD_PORT"] = _port.ToString(CultureInfo.InvariantCulture),
            },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(late.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(late.Token);
        try
        {
            await process.WaitForExitAsync(late.Token);
            return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await errors);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', command)} did not end within {limit.TotalMinutes} minutes.", e);
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
