using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;

using E2E.Browsers;
using E2E.Pages;

using Microsoft.Playwright;

namespace E2E.Docker;

/// <summary>
/// The demo by the very commands of README.md, under a name, with an image and on a port of its own so that somebody's own demo is not
/// touched, with an administrator who has used the link in the log.
/// </summary>
public sealed class ComposeDemo(Browser browser) : IAsyncLifetime
{
    private static readonly TimeSpan s_buildLimit = TimeSpan.FromMinutes(12);
    private static readonly TimeSpan s_commandLimit = TimeSpan.FromMinutes(2);

    private readonly string _project = $"dashboard-test-{Guid.NewGuid().ToString("N")[..8]}";
    private readonly int _port = Machine.FreePort();
    private readonly StringBuilder _output = new();
    private string[] _compose = [];
    private Process? _engine;
    private Process? _up;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}");

    public int Port => _port;

    /// <summary>The dashboard's image, of this run alone: it is built from what is here now.</summary>
    public string Image => _project;

    /// <summary>The image of the demo's OpenVPN server and clients.</summary>
    public string VpnImage => $"{_project}-vpn";

    public async ValueTask InitializeAsync()
    {
        try
        {
            await StartEngineAsync();
            await UpAsync();
        }
        catch
        {
            await DownAsync();
            await StopEngineAsync();
            throw;
        }
    }

    /// <summary>Presses Ctrl-C, removes everything as README.md says, and fails when something is left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_engine is null)
            return; // it did not come up, and nothing of it is left
        await RunAsync(["kill", "-INT", _up!.Id.ToString(CultureInfo.InvariantCulture)], s_commandLimit);
        await _up.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(s_commandLimit);
        Assert.Empty(await ContainersAsync());
        await DownAsync();
        foreach (string kind in new[] { "container", "volume", "network" })
        {
            string[] all = kind == "container" ? ["--all"] : [];
            string left = await RunAsync(["docker", kind, "ls", "--quiet", .. all, "--filter", $"label=com.docker.compose.project={_project}"], s_commandLimit);
            Assert.Equal("", left);
        }
        await RunAsync(["docker", "image", "rm", "--no-prune", Image, VpnImage], s_commandLimit); // the layers stay, for the next time
        _up.Dispose();
        await StopEngineAsync();
    }

    /// <summary>A page of the administrator.</summary>
    public async Task<Visit> SignInAsync()
    {
        Visit visit = await VisitAsync();
        await Account.SignInAsync(visit.Page);
        return visit;
    }

    public Task ComposeAsync(params string[] arguments) => RunAsync([.. _compose, "--file", DemoFile, .. arguments], s_commandLimit);

    /// <summary>Compose on other files and under another name, with variables of its own.</summary>
    public Task<(int ExitCode, string Output)> TryComposeAsync(string project, IEnumerable<string> files, IReadOnlyDictionary<string, string> variables, params string[] arguments) =>
        TryAsync([.. _compose, "--project-name", project, .. files.SelectMany(file => new[] { "--file", Path.Combine(Repository.Root, file) }), .. arguments], s_commandLimit, variables);

    /// <summary>Waits until every service with a health check is healthy.</summary>
    public Task<string[]> HealthyAsync() =>
        Eventually.ReadAsync(StatesAsync, states => states.Length == 6 && states.All(state => state.Contains("(healthy)", StringComparison.Ordinal)), TestContext.Current.CancellationToken, TimeSpan.FromMinutes(3));

    /// <summary>What Docker knows of each running container, by a template of its own language.</summary>
    public async Task<string[]> InspectAsync(string template) =>
        (await RunAsync(["docker", "inspect", "--format", template, .. await ContainersAsync()], s_commandLimit)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs a container of its own from the image of the VPN.</summary>
    public Task<(int ExitCode, string Output)> RunContainerAsync(params string[] arguments) => TryAsync(["docker", "run", "--rm", .. arguments], s_commandLimit);

    private async Task UpAsync()
    {
        _compose = (await TryAsync(["docker", "compose", "version"], s_commandLimit)).ExitCode == 0 ? ["docker", "compose"] : ["docker-compose"];
        _up = Start(Command("up"));
        _up.OutputDataReceived += (_, line) => Note(line.Data);
        _up.ErrorDataReceived += (_, line) => Note(line.Data);
        _up.BeginOutputReadLine();
        _up.BeginErrorReadLine();
        await Eventually.ReadAsync(() => Task.FromResult(Output), text => text.Contains("Attaching to", StringComparison.Ordinal) || _up.HasExited, TestContext.Current.CancellationToken, s_buildLimit);
        if (_up.HasExited)
            throw new InvalidOperationException($"The demo ended:\n{Output}");
        await HealthyAsync();
        await using Visit visit = await VisitAsync();
        await Account.CreateFirstAdministratorAsync(visit.Page, await FirstAdminLinkAsync());
    }

    /// <summary>An engine that answers and has the public base images, for as long as we keep its standard input open.</summary>
    private async Task StartEngineAsync()
    {
        _engine = Start([Path.Combine(Repository.Root, "e2e", "docker", "engine")]);
        Task<string> complaint = _engine.StandardError.ReadToEndAsync();
        string? answer = await _engine.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(s_buildLimit);
        if (answer != "ready")
            throw new InvalidOperationException($"There is no Docker Engine: {await complaint}");
    }

    private async Task StopEngineAsync()
    {
        _engine!.StandardInput.Close();
        await _engine.WaitForExitAsync().WaitAsync(s_commandLimit);
        _engine.Dispose();
        _engine = null;
    }

    private static string DemoFile => Path.Combine(Repository.Root, "docker", "compose.yaml");

    private async Task<Visit> VisitAsync()
    {
        IBrowserContext context = await browser.NewContextAsync(Screen.Dark, Address);
        return new Visit(context, await context.NewPageAsync());
    }

    /// <returns>The path: what stands before it is where README.md says that the dashboard is.</returns>
    private async Task<string> FirstAdminLinkAsync()
    {
        string start = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{_port}/account/first-admin?");
        string log = await Eventually.ReadAsync(() => Task.FromResult(Output), text => text.Contains(start, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        int path = log.IndexOf(start, StringComparison.Ordinal) + start.IndexOf("/account", StringComparison.Ordinal);
        return log[path..log.IndexOfAny(['\r', '\n', ' '], path)];
    }

    private async Task<string[]> StatesAsync() =>
        [.. (await RunAsync(["docker", "ps", "--format", "{{.Names}} {{.Status}}", "--filter", $"label=com.docker.compose.project={_project}"], s_commandLimit))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private async Task<string[]> ContainersAsync() =>
        (await RunAsync(["docker", "ps", "--quiet", "--filter", $"label=com.docker.compose.project={_project}"], s_commandLimit)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task DownAsync()
    {
        if (_compose.Length > 0)
            await RunAsync(Command("down --volumes"), s_commandLimit);
    }

    /// <summary>What README.md tells to type for this; the older docker-compose where there is no other.</summary>
    private string[] Command(string what)
    {
        string wanted = $"docker compose -f docker/compose.yaml {what}";
        Assert.Contains(wanted, File.ReadLines(Path.Combine(Repository.Root, "README.md")).SelectMany(static line => line.Split('`', StringSplitOptions.TrimEntries)));
        return [.. _compose, .. wanted.Split(' ')[2..]];
    }

    private string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    private void Note(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }

    private async Task<string> RunAsync(string[] command, TimeSpan limit)
    {
        (int exitCode, string output) = await TryAsync(command, limit);
        return exitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {exitCode}:\n{output}");
    }

    private Process Start(string[] command, IReadOnlyDictionary<string, string>? variables = null)
    {
        ProcessStartInfo start = new(command[0], command[1..])
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["COMPOSE_PROJECT_NAME"] = _project,
                ["DASHBOARD_IMAGE"] = Image,
                ["DASHBOARD_VPN_IMAGE"] = VpnImage,
                ["DASHBOARD_PORT"] = _port.ToString(CultureInfo.InvariantCulture),
            },
        };
        foreach ((string name, string value) in variables ?? ImmutableDictionary<string, string>.Empty)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Standard output, and behind it standard error when the command failed.</summary>
    private async Task<(int ExitCode, string Output)> TryAsync(string[] command, TimeSpan limit, IReadOnlyDictionary<string, string>? variables = null)
    {
        using var late = new CancellationTokenSource(limit);
        using Process process = Start(command, variables);
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
}
