using System.Net.Sockets;
using System.Runtime.InteropServices;

using OpenVpn.Simulator;
using OpenVpn.Simulator.Clients;

if (Arguments.Parse(args) is not { } arguments)
{
    await Console.Error.WriteLineAsync(Arguments.Usage);
    return 2;
}

string[] names = ["paris", "lyon", "oslo"];
TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

Directory.CreateDirectory(arguments.Folder);
List<SimulatedDaemon> daemons = [];
List<Population> populations = [];
for (int i = 0; i < arguments.Servers; i++)
{
    string name = i < names.Length ? names[i] : $"site{i + 1}";
    string socket = Path.Combine(arguments.Folder, name + ".sock");
    int seed = arguments.Seed + i;
    SimulatedDaemon daemon = new(new DaemonOptions
    {
        Release = i % 3 == 1 ? OpenVpnRelease.V27 : OpenVpnRelease.V26,
        DualStack = i % 3 != 2,
        ClientAuth = i % 3 == 2 && !arguments.IsSteady,
        ProcessId = Environment.ProcessId,
        Seed = seed,
    });
    daemon.Listen(new UnixDomainSocketEndPoint(socket));
    daemons.Add(daemon);
    populations.Add(new Population(daemon, arguments.Clients, seed, arguments.IsSteady ? 0 : 0.03));
    Console.WriteLine($"{name} {socket}");
}
Console.WriteLine("ready");
await stop.Task;

foreach (Population population in populations)
    population.Dispose();
foreach (SimulatedDaemon daemon in daemons)
    await daemon.DisposeAsync();
return 0;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true; // we end in our own order
    stop.TrySetResult();
}
