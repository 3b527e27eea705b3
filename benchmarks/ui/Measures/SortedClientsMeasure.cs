using System.Diagnostics;

using Ui.Benchmarks.Browsing;
using Ui.Benchmarks.Results;
using Ui.Benchmarks.Running;

namespace Ui.Benchmarks.Measures;

/// <summary>5,000 clients sorted by rate, so that others fill the rows all the time: bytes, the server's CPU, the browser's main thread.</summary>
internal sealed class SortedClientsMeasure(UiOptions options) : IMeasure
{
    public string Name => "sorted by rate";

    public IReadOnlyList<int> Clients { get; } = [5_000];

    public async Task MeasureAsync(Stage stage, Figures figures, CancellationToken cancellationToken)
    {
        double without = await CpuAsync(stage, cancellationToken);

        await using WireMeter wire = new(stage.Address);
        await using Visitor visitor = await stage.SignedInAsync(wire.Address);
        await using OpenPage tab = await visitor.NewPageAsync();
        SocketBytes socket = new(tab.Page);
        await tab.ShowClientsAsync(Stage.ServerPage("-received"), stage.Clients);
        await Task.Delay(options.Pause, cancellationToken);

        MainThread before = await MainThread.ReadAsync(tab.Tools);
        (long received, long onWire) = (socket.Received, wire.ToBrowser);
        double with = await CpuAsync(stage, cancellationToken);
        (received, onWire) = (socket.Received - received, wire.ToBrowser - onWire);
        MainThread busy = (await MainThread.ReadAsync(tab.Tools)).PercentSince(before);

        string page = $"{stage.Clients:N0} clients by rate: ";
        figures.Add(stage.Build, page + "through the socket each second", Unit.Kilobytes, received / busy.At);
        figures.Add(stage.Build, page + "the same on the wire", Unit.Kilobytes, onWire / busy.At);
        figures.Add(stage.Build, page + "server's CPU without the page", Unit.Percent, without);
        figures.Add(stage.Build, page + "server's CPU more with it", Unit.Percent, with - without);
        figures.Add(stage.Build, page + "main thread busy", Unit.Percent, busy.Tasks);
    }

    // in percent of a core
    private async Task<double> CpuAsync(Stage stage, CancellationToken cancellationToken)
    {
        TimeSpan cpu = stage.Cpu;
        long begin = Stopwatch.GetTimestamp();
        await Task.Delay(options.Duration, cancellationToken);
        return 100 * (stage.Cpu - cpu) / Stopwatch.GetElapsedTime(begin);
    }
}
