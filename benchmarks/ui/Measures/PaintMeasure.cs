using Ui.Benchmarks.Browsing;
using Ui.Benchmarks.Results;
using Ui.Benchmarks.Running;

namespace Ui.Benchmarks.Measures;

/// <summary>Every page opened with an empty cache, and then once more with what the first time has left in it.</summary>
internal sealed class PaintMeasure(UiOptions options) : IMeasure
{
    public IReadOnlyList<int> Clients { get; } = [100];

    public async Task MeasureAsync(Stage stage, Figures figures, CancellationToken cancellationToken)
    {
        foreach (DashboardPage page in DashboardPage.All.Where(page => page.Name.Contains(options.Page, StringComparison.OrdinalIgnoreCase)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await using Visitor visitor = page.Kind is PageKind.ForStrangers ? await stage.StrangerAsync() : await stage.SignedInAsync();
            PageLoad cold = await LoadAsync(visitor, page), warm = await LoadAsync(visitor, page);
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
    }

    private static async Task<PageLoad> LoadAsync(Visitor visitor, DashboardPage page)
    {
        await using OpenPage tab = await visitor.NewPageAsync();
        return await PageLoad.MeasureAsync(tab, page.Address, page.Kind is PageKind.Live);
    }
}
