using System.Diagnostics;
using System.Globalization;

using OpenVpn.Simulator;

namespace Scale;

/// <summary>The simulated servers, in a process of their own so that what is measured is the dashboard.</summary>
internal sealed class Simulators : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private Simulators(Process process, string folder) => (_process, _folder) = (process, folder);

    /// <summary>Name and socket of each.</summary>
    public List<(string Name, string Socket)> Servers { get; } = [];

    /// <summary>CPU time that they have used.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<Simulators> StartAsync(int servers, int clients)
    {
        string folder = Directory.CreateTempSubdirectory("scale-").FullName;
        ProcessStartInfo start = new(
            "dotnet",
            [typeof(SimulatedDaemon).Assembly.Location, folder, "--servers", Text(servers), "--clients", Text(clients), "--steady"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        Simulators simulators = new(Process.Start(start)!, folder);
        while (await simulators._process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "ready")
                return simulators;
            string[] words = line.Split(' ', 2);
            simulators.Servers.Add((words[0], words[1]));
        }
        throw new InvalidOperationException("The simulators ended before they were ready.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
