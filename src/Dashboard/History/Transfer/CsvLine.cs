using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Dashboard.History.Transfer;

/// <summary>
/// Lines of RFC 4180. Strangers choose names, and spreadsheets take a text for a formula that begins like one: such a text
/// gets an apostrophe in front.
/// </summary>
internal static class CsvLine
{
    public const string ContentType = "text/csv; charset=utf-8; header=present";

    /// <param name="fields">Texts, numbers, instants (written as UTC), time spans (as seconds), truth values and enumerations; null is empty.</param>
    public static void Append(StringBuilder line, params ReadOnlySpan<object?> fields)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            if (i > 0)
                line.Append(',');
            AppendField(line, fields[i]);
        }
        line.Append("\r\n");
    }

    private static void AppendField(StringBuilder line, object? field)
    {
        switch (field)
        {
            case null:
                break;
            case string text:
                AppendText(line, text);
                break;
            case DateTimeOffset instant:
                line.Append(instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));
                break;
            case DateOnly day:
                line.Append(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case TimeSpan length:
                line.Append(length.TotalSeconds.ToString(CultureInfo.InvariantCulture));
                break;
            case bool truth:
                line.Append(truth ? "true" : "false");
                break;
            case Enum name:
                line.Append(JsonNamingPolicy.CamelCase.ConvertName(name.ToString()));
                break;
            case IFormattable number:
                line.Append(number.ToString(null, CultureInfo.InvariantCulture));
                break;
            default:
                throw new ArgumentException($"A {field.GetType()} has no form in a table.", nameof(field));
        }
    }

    private static void AppendText(StringBuilder line, string text)
    {
        bool isFormula = text.AsSpan().TrimStart() is [var first, ..] ? "=+-@＝＋－＠".Contains(first, StringComparison.Ordinal) : false;
        bool isControl = text is ['\t' or '\r' or '\n', ..];
        line.Append('"');
        if (isFormula || isControl)
            line.Append('\'');
        line.Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
