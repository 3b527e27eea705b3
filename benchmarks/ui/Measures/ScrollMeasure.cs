using Ui.Benchmarks.Browsing;
using Ui.Benchmarks.Results;
using Ui.Benchmarks.Running;

namespace Ui.Benchmarks.Measures;

/// <summary>5,000 clients in the order of their names, scrolled steadily.</summary>
internal sealed class ScrollMeasure(UiOptions options) : IMeasure
{
    public string Name => "scrolling";

    public IReadOnlyList<int> Clients { get; } = [5_000];

    public async Task MeasureAsync(Stage stage, Figures figures, CancellationToken cancellationToken)
    {
        await using Visitor visitor = await stage.SignedInAsync();
        await using OpenPage tab = await visitor.NewPageAsync();
        await tab.ShowClientsAsync(Stage.ServerPage("name"), stage.Clients);
        await Task.Delay(options.Pause, cancellationToken);

        SteadyScroll seen = await SteadyScroll.MeasureAsync(tab.Page, options.Duration).WaitAsync(cancellationToken);

        string page = $"{stage.Clients:N0} rows scrolled: ";
        figures.Add(stage.Build, page + "frames a second", Unit.Number, seen.FramesPerSecond);
        figures.Add(stage.Build, page + "longest frame", Unit.Milliseconds, seen.LongestFrame);
        figures.Add(stage.Build, page + "blank where a row belongs", Unit.Percent, seen.BlankPercent);
    }
}
