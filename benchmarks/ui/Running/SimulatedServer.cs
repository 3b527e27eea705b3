using System.Globalization;

using OpenVpn.Simulator;

namespace Ui.Benchmarks.Running;

/// <summary>One OpenVPN server that is played in a process of its own; its clients move bytes, and none comes or goes.</summary>
internal sealed class SimulatedServer : IAsyncDisposable
{
    /// <summary>What the simulator calls its first server.</summary>
    public const string Name = "paris";

    private readonly LongRunning _process;

    private SimulatedServer(LongRunning process, string folder) => (_process, Socket) = (process, Path.Combine(folder, Name + ".sock"));

    /// <summary>Where its management interface listens.</summary>
    public string Socket { get; }

    public static async Task<SimulatedServer> StartAsync(string folder, int clients, CancellationToken cancellationToken)
    {
        string[] arguments = [folder, "--servers", "1", "--clients", clients.ToString(CultureInfo.InvariantCulture), "--steady"];
        SimulatedServer server = new(new LongRunning(typeof(SimulatedDaemon).Assembly.Location, arguments, folder, new Dictionary<string, string>()), folder);
        try
        {
            await server._process.WaitForLineAsync("ready", cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
