using Ui.Benchmarks.Results;
using Ui.Benchmarks.Running;

namespace Ui.Benchmarks.Measures;

/// <summary>Something that is measured of a build, once in each round.</summary>
internal interface IMeasure
{
    /// <summary>For who waits.</summary>
    string Name { get; }

    /// <summary>On servers of how many clients.</summary>
    IReadOnlyList<int> Clients { get; }

    Task MeasureAsync(Stage stage, Figures figures, CancellationToken cancellationToken);
}
