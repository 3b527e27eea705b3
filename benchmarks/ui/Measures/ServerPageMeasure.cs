using Ui.Benchmarks.Browsing;
using Ui.Benchmarks.Results;
using Ui.Benchmarks.Running;

namespace Ui.Benchmarks.Measures;

/// <summary>What the page of a server costs the browser while somebody just looks at it.</summary>
internal sealed class ServerPageMeasure(UiOptions options) : IMeasure
{
    public string Name => "server page";

    public IReadOnlyList<int> Clients { get; } = [3, 100];

    public async Task MeasureAsync(Stage stage, Figures figures, CancellationToken cancellationToken)
    {
        await using Visitor visitor = await stage.SignedInAsync();
        await using OpenPage tab = await visitor.NewPageAsync();
        await tab.ShowClientsAsync(Stage.ServerPage(), stage.Clients);
        await Task.Delay(options.Pause, cancellationToken);

        MainThread before = await MainThread.ReadAsync(tab.Tools);
        await Task.Delay(options.Duration, cancellationToken);
        MainThread busy = (await MainThread.ReadAsync(tab.Tools)).PercentSince(before);

        string page = $"server page, {stage.Clients} clients: ";
        figures.Add(stage.Build, page + "main thread busy", Unit.Percent, busy.Tasks);
        figures.Add(stage.Build, page + "recalculating styles", Unit.Percent, busy.Style);
        figures.Add(stage.Build, page + "layout", Unit.Percent, busy.Layout);
        figures.Add(stage.Build, page + "script", Unit.Percent, busy.Script);
        figures.Add(stage.Build, page + "script's heap", Unit.Kilobytes, await MainThread.HeapAsync(tab.Tools));
    }
}
