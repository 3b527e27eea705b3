using Ui.Benchmarks.Browsing;
using Ui.Benchmarks.Results;
using Ui.Benchmarks.Running;

namespace Ui.Benchmarks.Measures;

/// <summary>A page opened with an empty cache, and then once more with what the first time has left in it.</summary>
internal sealed class PaintMeasure(DashboardPage page) : IMeasure
{
    private readonly HashSet<Stage> _compiled = [];

    public string Name => $"paint, {page.Name}";

    public IReadOnlyList<int> Clients { get; } = [100];

    public async Task MeasureAsync(Stage stage, Figures figures, CancellationToken cancellationToken)
    {
        // The dashboard's first answer is that of code which has yet to be compiled.
        if (_compiled.Add(stage))
            await LoadTwiceAsync(stage, cancellationToken);

        (PageLoad cold, PageLoad warm) = await LoadTwiceAsync(stage, cancellationToken);

        figures.Add(stage.Build, $"{page.Name}: first paint, cold", Unit.Milliseconds, cold.FirstPaint);
        figures.Add(stage.Build, $"{page.Name}: first paint, warm", Unit.Milliseconds, warm.FirstPaint);
        if ((cold.Answers, warm.Answers) is ({ } answersCold, { } answersWarm))
        {
            figures.Add(stage.Build, $"{page.Name}: answers, cold", Unit.Milliseconds, answersCold);
            figures.Add(stage.Build, $"{page.Name}: answers, warm", Unit.Milliseconds, answersWarm);
        }
        figures.Add(stage.Build, $"{page.Name}: transferred, cold", Unit.Kilobytes, cold.Transferred);
        figures.Add(stage.Build, $"{page.Name}: transferred, warm", Unit.Kilobytes, warm.Transferred);
        figures.Add(stage.Build, $"{page.Name}: decoded", Unit.Kilobytes, cold.Decoded);
        figures.Add(stage.Build, $"{page.Name}: requests, cold", Unit.Number, cold.Requests);
    }

    private async Task<(PageLoad Cold, PageLoad Warm)> LoadTwiceAsync(Stage stage, CancellationToken cancellationToken)
    {
        await using Visitor visitor = page.Kind is PageKind.ForStrangers ? await stage.StrangerAsync() : await stage.SignedInAsync();
        return (await LoadAsync(visitor, cancellationToken), await LoadAsync(visitor, cancellationToken));
    }

    private async Task<PageLoad> LoadAsync(Visitor visitor, CancellationToken cancellationToken)
    {
        await using OpenPage tab = await visitor.NewPageAsync();
        return await PageLoad.MeasureAsync(tab, page.Address, page.Kind is PageKind.Live, cancellationToken);
    }
}
