using System.Text.Json;

using Ui.Benchmarks.Builds;

namespace Ui.Benchmarks.Running;

/// <summary>A build's dashboard, as <c>./run</c> starts it: on a free port, with a PostgreSQL of its own.</summary>
internal sealed class DashboardProgram : IAsyncDisposable
{
    private const string AddressLine = "OpenVPN Dashboard: ";

    private readonly LongRunning _process;

    private DashboardProgram(LongRunning process) => _process = process;

    public Uri Address { get; private set; } = null!;

    /// <summary>Path and query of the one-time link for the first administrator.</summary>
    public string FirstAdministratorLink { get; private set; } = "";

    /// <summary>The CPU time that it has used, its PostgreSQL's not counted.</summary>
    public TimeSpan Cpu => _process.Cpu;

    /// <param name="folder">For its configuration and data.</param>
    public static async Task<DashboardProgram> StartAsync(Build build, SimulatedServer server, string folder, CancellationToken cancellationToken)
    {
        string configuration = Path.Combine(folder, "appsettings.json");
        await File.WriteAllTextAsync(configuration, Configure(server, Path.Combine(folder, "data")), cancellationToken);
        Dictionary<string, string> environment = new() { ["DASHBOARD_ROOT"] = build.Root, ["DASHBOARD_CONFIG"] = configuration };
        DashboardProgram program = new(new LongRunning(build.Program, [], folder, environment));
        try
        {
            string address = await program._process.WaitForLineAsync(AddressLine, cancellationToken);
            program.Address = new Uri(address[(address.IndexOf(AddressLine, StringComparison.Ordinal) + AddressLine.Length)..].Split(' ')[0]);
            string link = await program._process.WaitForLineAsync("/account/first-admin?", cancellationToken);
            program.FirstAdministratorLink = new Uri(link[link.IndexOf("http", StringComparison.Ordinal)..].Trim()).PathAndQuery;
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Configure(SimulatedServer server, string data) => JsonSerializer.Serialize(new
    {
        Dashboard = new
        {
            Urls = "http://127.0.0.1:0",
            History = new { DataDirectory = data },
            Servers = new[] { new { SimulatedServer.Name, Endpoint = $"unix:{server.Socket}" } },
        },
    });
}
