using BenchmarkDotNet.Attributes;
using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Status;

namespace Mgmt.Core.Benchmarks;

/// <summary><c>status 3</c> of a server with 5,000 dual-stack clients, asked for over a connection in memory.</summary>
[MemoryDiagnoser]
[MinColumn]
public class StatusBenchmark
{
    private ManagementConnection _connection = null!;

    [Params(5_000)]
    public int Clients { get; set; }

    [GlobalSetup]
    public async Task SetUp()
    {
        var daemon = new ScriptedStream(Wire.Greeting, Wire.Status(Clients));
        _connection = await ManagementConnection.OpenAsync(daemon);
    }

    [Benchmark]
    public async Task<int> Status()
    {
        StatusReply status = await _connection.GetStatusAsync();
        return status.Clients.Count == Clients && status.Routes.Count == 2 * Clients ? status.Clients.Count : throw new InvalidOperationException();
    }

    [GlobalCleanup]
    public async Task CleanUp() => await _connection.DisposeAsync();
}
