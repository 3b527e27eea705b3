using System.Globalization;

using Ui.Benchmarks.Builds;

namespace Ui.Benchmarks.Results;

/// <summary>Both builds beside each other, as Markdown.</summary>
internal static class Table
{
    public static void Print(Figures figures, Build other, Build ours)
    {
        List<string[]> rows = [["what", other.Label, ours.Label, "ratio"]];
        foreach (string name in figures.Names)
        {
            Unit unit = figures.UnitOf(name);
            (Spread? before, Spread? now) = (figures.Of(name, other), figures.Of(name, ours));
            rows.Add([name, before?.Write(unit) ?? "", now?.Write(unit) ?? "", Ratio(before?.Median, now?.Median)]);
        }
        int[] widths = [.. Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length))];
        rows.Insert(1, [.. widths.Select(width => new string('-', width))]);
        foreach (string[] row in rows)
            Console.WriteLine($"| {string.Join(" | ", row.Select((cell, column) => cell.PadRight(widths[column])))} |");
    }

    private static string Ratio(double? before, double? now) =>
        before is > 0 && now is not null ? (now.Value / before.Value).ToString("0.00", CultureInfo.InvariantCulture) : "";
}
