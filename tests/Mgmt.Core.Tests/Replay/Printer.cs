using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using Mgmt.Core.Events;
using Mgmt.Core.Status;

namespace Mgmt.Core.Tests.Replay;

/// <summary>Writes typed values down, one per line, the same everywhere.</summary>
internal static class Printer
{
    public static string Print(object? value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null: text.Append("null"); break;
            case string s: Quote(text, s); break;
            case bool or Enum or ClientId or KeyId: text.Append(value); break;
            case DateTimeOffset time: text.Append(time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)); break;
            case IFormattable number: text.Append(number.ToString(null, CultureInfo.InvariantCulture)); break;
            case RealAddress address: text.Append(CultureInfo.InvariantCulture, $"{address.Text} [{address.Protocol}|{address.Address}|{address.Port}]"); break;
            case ClientEnvironment environment: Append(text, environment); break;
            case ByteCount count: text.Append(CultureInfo.InvariantCulture, $"{count.Client}:{count.Received}/{count.Sent}"); break;
            case IDictionary or IEnumerable: AppendAll(text, (IEnumerable)value); break;
            default: AppendRecord(text, value); break;
        }
    }

    private static void Append(StringBuilder text, ClientEnvironment environment)
    {
        text.Append(CultureInfo.InvariantCulture, $"({environment.Count} variables");
        foreach (PropertyInfo property in Properties(typeof(ClientEnvironment)))
        {
            if (property.Name != nameof(ClientEnvironment.Count) && property.GetValue(environment) is { } value and not ICollection { Count: 0 })
                Append(text.Append(", ").Append(property.Name).Append('='), value);
        }

        text.Append(')');
    }

    private static void AppendAll(StringBuilder text, IEnumerable values)
    {
        text.Append('[');
        foreach (object? value in values)
            Append(text.Append("\n    "), value);
        text.Append(']');
    }

    private static void AppendRecord(StringBuilder text, object value)
    {
        Type type = value.GetType();
        text.Append(type.Name).Append('(');
        string separator = "";
        foreach (PropertyInfo property in Properties(type))
        {
            if (property.GetValue(value) is { } part && part is not (string { Length: 0 } or false or ICollection { Count: 0 }))
            {
                Append(text.Append(separator).Append(property.Name).Append('='), part);
                separator = ", ";
            }
        }

        text.Append(')');
    }

    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0);

    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            if (c < ' ' || c is '\x7f' or '\ufffd' || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Control)
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                text.Append(c);
        }

        text.Append('"');
    }
}
