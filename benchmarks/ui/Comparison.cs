using System.Globalization;

using Ui.Benchmarks.Browsing;
using Ui.Benchmarks.Builds;
using Ui.Benchmarks.Measures;
using Ui.Benchmarks.Results;
using Ui.Benchmarks.Running;

namespace Ui.Benchmarks;

/// <summary>Both builds at work beside each other, measured in turns.</summary>
internal static class Comparison
{
    public static async Task RunAsync(UiOptions options, CancellationToken cancellationToken)
    {
        using Checkout otherCheckout = await Checkout.OpenAsync(options.Other, cancellationToken);
        using Checkout ourCheckout = await Checkout.OpenAsync(Repository.Root, cancellationToken);
        Build other = await otherCheckout.PublishAsync("other", cancellationToken);
        Build ours = await ourCheckout.PublishAsync("this", cancellationToken);
        await using Chromium chromium = await Chromium.LaunchAsync();

        Figures figures = new();
        IMeasure[] measures = [.. options.Measures.SelectMany(name => Called(name, options))];
        foreach (int clients in measures.SelectMany(measure => measure.Clients).Distinct().Order())
            await MeasureAsync(options, [.. measures.Where(measure => measure.Clients.Contains(clients))], [other, ours], clients, chromium, figures, cancellationToken);

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Command}  # {Environment.ProcessorCount} cores, .NET {Environment.Version}, Chromium {chromium.Version}, {DateTime.UtcNow:yyyy-MM-dd}"));
        Table.Print(figures, other, ours);
    }

    private static async Task MeasureAsync(
        UiOptions options, IReadOnlyList<IMeasure> measures, IReadOnlyList<Build> builds, int clients, Chromium chromium, Figures figures, CancellationToken cancellationToken)
    {
        Progress.Say($"Starting both dashboards, {clients} clients each");
        await using Stage first = await Stage.StartAsync(builds[0], clients, chromium, cancellationToken);
        await using Stage second = await Stage.StartAsync(builds[1], clients, chromium, cancellationToken);
        await Task.WhenAll(first.AgeAsync(options.Age, cancellationToken), second.AgeAsync(options.Age, cancellationToken));
        for (int round = 1; round <= options.Rounds; round++)
        {
            foreach (IMeasure measure in measures)
            {
                // Each is first in every other round.
                foreach (Stage stage in round % 2 == 1 ? [first, second] : new[] { second, first })
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Progress.Say($"Round {round}, {measure.Name}, {clients} clients: {stage.Build.Label}");
                    await measure.MeasureAsync(stage, figures, cancellationToken);
                }
            }
        }
    }

    private static IEnumerable<IMeasure> Called(string name, UiOptions options) => name switch
    {
        "server" => [new ServerPageMeasure(options)],
        "sorted" => [new SortedClientsMeasure(options)],
        "scroll" => [new ScrollMeasure(options)],
        "paint" => DashboardPage.All.Where(page => page.Name.Contains(options.Page, StringComparison.OrdinalIgnoreCase)).Select(page => new PaintMeasure(page)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such measure."),
    };
}
