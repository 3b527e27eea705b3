using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace E2E.Program;

/// <summary>
/// The real program in a process of its own, as <c>./run</c> starts it, on a free port and with a data folder of its own.
/// </summary>
public sealed class DashboardProgram : IAsyncDisposable
{
    private const int SigInt = 2;

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _output = [];

    private DashboardProgram(Process process, string folder)
    {
        (_process, Folder) = (process, folder);
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Configuration and data; removed at the end.</summary>
    public string Folder { get; }

    public Uri Address { get; private set; } = null!;

    /// <summary>Everything that it has printed.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return string.Join('\n', _output);
        }
    }

    /// <param name="settings">What stands under <c>Dashboard</c> in its configuration.</param>
    /// <param name="earlier">A start that has ended, to go on with its data and at its address.</param>
    public static async Task<DashboardProgram> StartAsync(object settings, DashboardProgram? earlier = null, CancellationToken cancellationToken = default)
    {
        DashboardProgram program = await LaunchAsync(settings, earlier, cancellationToken);
        try
        {
            string line = await program.WaitForLineAsync("OpenVPN Dashboard: ", cancellationToken);
            program.Address = new Uri(line["OpenVPN Dashboard: ".Length..].Split(' ')[0]);
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it where it is expected to refuse: waits for its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(object settings, CancellationToken cancellationToken = default)
    {
        await using DashboardProgram program = await LaunchAsync(settings, null, cancellationToken);
        await program._process.WaitForExitAsync(cancellationToken).WaitAsync(Eventually.Limit, cancellationToken);
        return (program._process.ExitCode, program.Output);
    }

    /// <summary>Runs a command of the program beside it, with the same configuration.</summary>
    public async Task<(int ExitCode, string Output)> CommandAsync(string[] arguments, CancellationToken cancellationToken = default)
    {
        ProcessStartInfo start = _process.StartInfo;
        ProcessStartInfo command = new(start.FileName, [.. start.ArgumentList, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = start.WorkingDirectory };
        foreach (string name in (string[])["DASHBOARD_ROOT", "DASHBOARD_CONFIG"])
            command.Environment[name] = start.Environment[name];
        using Process process = Process.Start(command)!;
        Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken).WaitAsync(Eventually.Limit, cancellationToken);
        return (process.ExitCode, output + await error);
    }

    /// <summary>The next line of output that contains a text, from where the last wait ended.</summary>
    public async Task<string> WaitForLineAsync(string text, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Eventually.Limit);
        try
        {
            await foreach (string line in _lines.Reader.ReadAllAsync(limit.Token))
            {
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // told below
        }
        throw new TimeoutException($"The program did not print '{text}'. It printed:\n{Output}");
    }

    /// <summary>The path and query of the one-time link for the first administrator.</summary>
    public async Task<string> WaitForFirstAdminLinkAsync(CancellationToken cancellationToken = default)
    {
        string line = await WaitForLineAsync("/account/first-admin?", cancellationToken);
        return new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..].Trim()).PathAndQuery;
    }

    /// <summary>Ctrl-C: waits for the orderly end.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
            _ = Kill(_process.Id, SigInt);
        await _process.WaitForExitAsync().WaitAsync(Eventually.Limit);
    }

    /// <summary>No warning at all (<c>kill -9</c>).</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Eventually.Limit);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static async Task<DashboardProgram> LaunchAsync(object settings, DashboardProgram? earlier, CancellationToken cancellationToken)
    {
        string dll = Path.Combine(Repository.Root, "artifacts", "dashboard", "dashboard.dll");
        if (!File.Exists(dll))
            throw new FileNotFoundException($"{dll} is missing: ./test publishes the program before it runs these tests.");
        // Paths with spaces have to work, so every test run proves it.
        string folder = earlier?.Folder ?? Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"dashboard test {Guid.NewGuid():N}")).FullName;
        string configuration = Path.Combine(folder, "appsettings.json");
        JsonObject dashboard = JsonSerializer.SerializeToNode(settings)!.AsObject();
        dashboard.TryAdd("Urls", earlier?.Address.ToString() ?? "http://127.0.0.1:0");
        dashboard.TryAdd("History", new JsonObject { ["DataDirectory"] = Path.Combine(folder, "data") });
        await File.WriteAllTextAsync(configuration, new JsonObject { ["Dashboard"] = dashboard }.ToJsonString(), cancellationToken);
        ProcessStartInfo start = new("dotnet", [dll])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
            Environment =
            {
                ["DASHBOARD_ROOT"] = Repository.Root,
                ["DASHBOARD_CONFIG"] = configuration,
            },
        };
        return new DashboardProgram(Process.Start(start)!, folder);
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.Add(line);
        _lines.Writer.TryWrite(line);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);
}
