namespace Mgmt.Core.Status;

/// <summary>Fields of a row as ranges into it.</summary>
internal static class FieldSplitter
{
    /// <summary>Splits a row; what does not fit into <paramref name="fields"/> stays in the last one. Returns the number of fields.</summary>
    public static int Split(ReadOnlySpan<byte> row, byte separator, Span<Range> fields)
    {
        int count = 0;
        int start = 0;
        while (count < fields.Length - 1)
        {
            int length = row[start..].IndexOf(separator);
            if (length < 0)
                break;
            fields[count++] = start..(start + length);
            start += length + 1;
        }

        fields[count++] = start..row.Length;
        return count;
    }

    /// <summary>Makes one field of <paramref name="extraFirst"/> + 1 fields at column <paramref name="first"/>, and the same at a later column.</summary>
    public static void Join(ReadOnlySpan<Range> fields, Span<Range> joined, int first, int extraFirst, int second, int extraSecond)
    {
        int to = 0;
        for (int from = 0; from < fields.Length; to++)
        {
            int extra = to == first ? extraFirst : to == second ? extraSecond : 0;
            int last = Math.Min(from + extra, fields.Length - 1);
            joined[to] = fields[from].Start..fields[last].End;
            from = last + 1;
        }
    }
}
