using System.Globalization;

namespace Ui.Benchmarks.Results;

/// <summary>What a figure counts, and how it is written.</summary>
internal sealed record Unit(string Symbol, double Scale, string Format)
{
    public static readonly Unit Percent = new(" %", 1, "N1");
    public static readonly Unit Milliseconds = new(" ms", 1, "N0");
    public static readonly Unit Kilobytes = new(" kB", 1e-3, "N1");
    public static readonly Unit Number = new("", 1, "0.#");

    public string Write(double value) => (value * Scale).ToString(Format, CultureInfo.InvariantCulture);
}
