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
        // Before and after: what the dashboard does by itself changes, too.
        double before = await AloneAsync(stage, cancellationToken);
        double with = await WithPageAsync(stage, figures, cancellationToken);
        double without = (before + await AloneAsync(stage, cancellationToken)) / 2;

        figures.Add(stage.Build, Page(stage) + "server's CPU without the page", Unit.Percent, without);
        figures.Add(stage.Build, Page(stage) + "server's CPU more with it", Unit.Percent, with - without);
    }

    private async Task<double> AloneAsync(Stage stage, CancellationToken cancellationToken)
    {
        await Task.Delay(options.Pause, cancellationToken);
        return await CpuAsync(stage, cancellationToken);
    }

    private async Task<double> WithPageAsync(Stage stage, Figures figures, CancellationToken cancellationToken)
    {
        await using WireMeter wire = new(stage.Address);
        await using Visitor visitor = await stage.SignedInAsync(wire.Address);
        await using OpenPage tab = await visitor.NewPageAsync();
        SocketBytes socket = new(tab.Page);
        await tab.ShowClientsAsync(Stage.ServerPage("-received"), stage.Clients);
        await Task.Delay(options.Pause, cancellationToken);

        MainThread before = await MainThread.ReadAsync(tab.Tools);
        (long received, long onWire) = (socket.Received, wire.ToBrowser);
        double cpu = await CpuAsync(stage, cancellationToken);
        (received, onWire) = (socket.Received - received, wire.ToBrowser - onWire);
        MainThread busy = (await MainThread.ReadAsync(tab.Tools)).PercentSince(before);

        figures.Add(stage.Build, Page(stage) + "through the socket each second", Unit.Kilobytes, received / busy.At);
        figures.Add(stage.Build, Page(stage) + "the same on the wire", Unit.Kilobytes, onWire / busy.At);
        figures.Add(stage.Build, Page(stage) + "main thread busy", Unit.Percent, busy.Tasks);
        return cpu;
    }

    // in percent of a core
    private async Task<double> CpuAsync(Stage stage, CancellationToken cancellationToken)
    {
        TimeSpan cpu = stage.Cpu;
        long begin = Stopwatch.GetTimestamp();
        await Task.Delay(options.Duration, cancellationToken);
        return 100 * (stage.Cpu - cpu) / Stopwatch.GetElapsedTime(begin);
    }

    private static string Page(Stage stage) => $"{stage.Clients:N0} clients by rate: ";
}
