using System.Text;

namespace Mgmt.Core.Echo;

/// <summary>Percent sequences in messages, which may not contain commas. A sequence that is none is shown as it stands.</summary>
internal static class PercentDecoder
{
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
            return text;
        var decoded = new StringBuilder(text.Length);
        byte[] run = new byte[text.Length / 3];
        for (int i = 0; i < text.Length;)
        {
            int length = 0;
            int end = i;
            while (TryByte(text.AsSpan(end), out byte value))
            {
                run[length++] = value;
                end += 3;
            }

            if (length == 0)
            {
                decoded.Append(text[i++]);
                continue;
            }

            AppendUtf8(decoded, run.AsSpan(0, length), text.AsSpan(i, 3 * length));
            i = end;
        }

        return decoded.ToString();
    }

    // Bytes of a run are decoded character by character; those that are no UTF-8, and NUL, stay as they were written.
    private static void AppendUtf8(StringBuilder decoded, ReadOnlySpan<byte> bytes, ReadOnlySpan<char> written)
    {
        Span<char> chars = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            bool isValid = Rune.DecodeFromUtf8(bytes, out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done && rune.Value != 0;
            decoded.Append(isValid ? chars[..rune.EncodeToUtf16(chars)] : written[..(3 * consumed)]);
            bytes = bytes[consumed..];
            written = written[(3 * consumed)..];
        }
    }

    private static bool TryByte(ReadOnlySpan<char> text, out byte value)
    {
        value = 0;
        if (text.Length < 3 || text[0] != '%' || !char.IsAsciiHexDigit(text[1]) || !char.IsAsciiHexDigit(text[2]))
            return false;
        value = (byte)(Convert.ToInt32(text[1..3].ToString(), 16));
        return true;
    }
}
