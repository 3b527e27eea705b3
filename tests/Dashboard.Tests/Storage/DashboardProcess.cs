using System.Diagnostics;
using System.Globalization;
using System.Text;

using Dashboard.Storage;

namespace Dashboard.Tests.Storage;

/// <summary>The real program in a process of its own, with a private PostgreSQL under a root folder of the test's.</summary>
internal sealed class DashboardProcess : IDisposable
{
    private readonly string _dataFolder;
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private DashboardProcess(string root, Process process)
    {
        _dataFolder = Path.Combine(root, "data");
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static DashboardProcess Start(string root)
    {
        string packages = Path.Combine(root, "node_modules");
        if (!Path.Exists(packages))
            File.CreateSymbolicLink(packages, Path.Combine(RepositoryRoot.Installation.Path, "node_modules"));
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "dashboard.dll")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DASHBOARD_ROOT"] = root;
        start.Environment["Dashboard__Urls"] = "http://127.0.0.1:0";
        return new DashboardProcess(root, new Process { StartInfo = start });
    }

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>The postmaster's process, as its own file in the data folder says.</summary>
    public int PostmasterId => int.Parse(File.ReadLines(Path.Combine(Cluster(_dataFolder), "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    public static string Cluster(string dataFolder) =>
        File.Exists(Path.Combine(dataFolder, "postgres.location")) ? File.ReadAllText(Path.Combine(dataFolder, "postgres.location")).Trim() : Path.Combine(dataFolder, "postgres");

    /// <summary>False also for a process that has ended and that nobody has asked about yet.</summary>
    public static bool IsRunning(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat"); // 4711 (postgres) S …
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    public async Task<DashboardProcess> ReadyAsync()
    {
        await SaysAsync("The database is ready");
        return this;
    }

    /// <summary>Waits until the program has said all of these.</summary>
    public async Task SaysAsync(params string[] texts)
    {
        bool SaidAll() => texts.All(text => Output.Contains(text, StringComparison.Ordinal));
        try
        {
            await TestWait.UntilAsync(() => HasExited || SaidAll());
        }
        catch (OperationCanceledException)
        {
            // Its output says more than a time limit.
        }
        Assert.True(SaidAll(), Output);
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TestWait.Limit);
        return _process.ExitCode;
    }

    public async Task KillAsync()
    {
        _process.Kill(); // this process, by signal 9, and none of its children
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>As Ctrl-C or a service manager does.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM", _process.Id);
        return await ExitAsync();
    }

    public static async Task SignalAsync(string signal, int pid) =>
        await HostCommand.DemandAsync("Sending a signal", ["kill", $"-{signal}", pid.ToString(CultureInfo.InvariantCulture)], CancellationToken.None);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            int postmaster = PostmasterId;
            _process.Kill();
            _process.WaitForExit();
            SpinWait.SpinUntil(() => !IsRunning(postmaster), TestWait.Limit);
        }
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }
}
