using System.Globalization;

namespace OpenVpn.Simulator.Commands;

/// <summary>Numbers as C reads them: leniently.</summary>
internal static class NumberReading
{
    /// <summary><c>atoi</c>: the digits at the beginning; 0 where there are none.</summary>
    public static int Number(string text)
    {
        _ = int.TryParse(Head(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value);
        return value;
    }

    /// <summary><c>sscanf("%lu")</c>: digits at the beginning, whatever follows; a negative number wraps round.</summary>
    public static bool TryUnsigned(string text, out ulong value)
    {
        string head = Head(text);
        if (long.TryParse(head, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long signed))
        {
            value = unchecked((ulong)signed);
            return true;
        }
        return ulong.TryParse(head, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static string Head(string text)
    {
        string trimmed = text.TrimStart();
        int length = trimmed is ['-' or '+', ..] ? 1 : 0;
        while (length < trimmed.Length && char.IsAsciiDigit(trimmed[length]))
            length++;
        return trimmed[..length];
    }
}
