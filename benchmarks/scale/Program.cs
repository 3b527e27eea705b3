using System.Globalization;

using Scale;

// scale [SERVERS [CLIENTS [SECONDS]]]
int servers = Argument(0, 500), clients = Argument(1, 100), seconds = Argument(2, 30);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{servers} servers x {clients} clients, {seconds} s each; {Environment.ProcessorCount} cores, .NET {Environment.Version}"));

// The difference between so many clients and twice as many: what a server costs by itself, its full log included, drops out.
long once = await MeasureAsync(clients);
long twice = await MeasureAsync(2 * clients);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory of a live client: {(twice - once) / (double)(servers * clients):N0} bytes"));
return 0;

async Task<long> MeasureAsync(int clientsEach)
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n-- {clientsEach} clients each"));
    await using Simulators simulators = await Simulators.StartAsync(servers, clientsEach);
    await using Watched fleet = await Watched.StartAsync(simulators, clientsEach);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"all live after {fleet.StartTook.TotalSeconds:N1} s"));
    long heap = Watched.Heap();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"heap {heap / 1e6:N1} MB, working set {Environment.WorkingSet / 1e6:N0} MB"));
    foreach (int viewers in (int[])[0, 50])
        Console.WriteLine(await fleet.ObserveAsync(viewers, TimeSpan.FromSeconds(seconds)));
    return heap;
}

int Argument(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
