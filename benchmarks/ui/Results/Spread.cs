namespace Ui.Benchmarks.Results;

/// <summary>The readings of several rounds.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    public static Spread Of(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return new(sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }

    /// <summary>The median, and in brackets the least and the most where there are several.</summary>
    public string Write(Unit unit) => Min == Max ? unit.Write(Median) + unit.Symbol : $"{unit.Write(Median)} ({unit.Write(Min)}–{unit.Write(Max)}){unit.Symbol}";
}
