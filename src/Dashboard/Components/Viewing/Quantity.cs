using System.Globalization;

namespace Dashboard.Components.Viewing;

/// <summary>Numbers as people read them: three significant digits, decimal prefixes, the same in every culture.</summary>
internal static class Quantity
{
    /// <summary>Stands for "unknown". 0 is zero.</summary>
    public const string Unknown = "–";

    private static readonly string[] s_prefixes = ["", "k", "M", "G", "T", "P", "E"];

    /// <summary>A rate in bits per second without its unit, for a column whose heading says it: <c>18.4 M</c>.</summary>
    public static string BitRate(double? bytesPerSecond) =>
        bytesPerSecond is { } rate && double.IsFinite(rate) ? Scale(rate * 8) : Unknown;

    /// <summary>A rate with its unit: <c>18.4 Mbit/s</c>.</summary>
    public static string BitRateWithUnit(double? bytesPerSecond)
    {
        string scaled = BitRate(bytesPerSecond);
        return scaled is Unknown ? Unknown : WithUnit(scaled, "bit/s");
    }

    /// <summary>An amount: <c>1.20 GB</c>.</summary>
    public static string Bytes(long bytes) => bytes == 0 ? "0" : WithUnit(Scale(bytes), "B");

    /// <summary>Every digit, in groups: <c>1,204,118</c>.</summary>
    public static string Exact(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 client</c>, <c>2 clients</c>.</summary>
    public static string Count(long number, string noun) => number == 1 ? $"1 {noun}" : $"{Exact(number)} {noun}s";

    private static string WithUnit(string scaled, string unit) =>
        char.IsAsciiLetter(scaled[^1]) ? scaled + unit : $"{scaled} {unit}";

    private static string Scale(double value)
    {
        int prefix = 0;
        while (Math.Round(value) >= 1000 && prefix < s_prefixes.Length - 1)
        {
            value /= 1000;
            prefix++;
        }

        if (prefix == 0)
            return value is > 0 and < 1 ? "<1" : value.ToString("0", CultureInfo.InvariantCulture);

        // 9.996 would become 10.00: the digits are counted after rounding
        string digits = value switch
        {
            < 9.995 => "0.00",
            < 99.95 => "0.0",
            _ => "0",
        };
        return $"{value.ToString(digits, CultureInfo.InvariantCulture)} {s_prefixes[prefix]}";
    }
}
