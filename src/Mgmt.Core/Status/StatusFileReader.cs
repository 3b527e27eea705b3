using System.Text;

namespace Mgmt.Core.Status;

/// <summary>
/// Reads what OpenVPN writes with <c>--status</c>, in version 1, 2 or 3, and logs of many of these one after the other. What
/// is whole is taken, also from a file that was cut; the rest is told by line.
/// </summary>
public static class StatusFileReader
{
    /// <summary>A longer line is no line of OpenVPN's, and only its beginning is kept.</summary>
    private const int MaxLine = 16 * 1024;

    /// <summary>A status larger than this is given up.</summary>
    private const int MaxStatus = 256 * 1024 * 1024;

    /// <summary>One status after the other, as the file tells them.</summary>
    /// <param name="problem">Called for each line that could not be taken, with its number (from 1).</param>
    public static IEnumerable<StatusReply> Read(Stream file, Action<long, MalformedRow> problem)
    {
        StatusReplyReader? reader = null;
        List<byte> line = [];
        for (long number = 1; ReadLine(file, line) is { } isWhole; number++)
        {
            bool begins = IsBeginning(line);
            if (begins && reader is not null)
            {
                yield return reader.Finish(complete: false); // the one before was cut
                reader = null;
            }
            if (reader is null && !begins)
            {
                if (line.Count > 0 && !IsEnd(line))
                    problem(number, new MalformedRow(Text(line), "not the beginning of a status"));
                continue;
            }
            if (!isWhole && !IsEnd(line))
            {
                problem(number, new MalformedRow(Text(line), "the file ends in the middle of the line"));
                break;
            }
            reader ??= new StatusReplyReader(MaxStatus);
            int malformed = reader.MalformedCount;
            bool isOver = reader.Read([.. line]);
            if (reader.MalformedCount > malformed)
                problem(number, new MalformedRow(Text(line), reader.LastProblem));
            if (!isOver)
                continue;
            yield return reader.Finish(complete: true);
            reader = null;
        }
        if (reader is not null)
            yield return reader.Finish(complete: false);
    }

    // A client could be called so, but its row goes on with a comma.
    private static bool IsBeginning(List<byte> line) =>
        Text(line) is var text && (text is "OpenVPN CLIENT LIST" or "OpenVPN STATISTICS" || text.StartsWith("TITLE,", StringComparison.Ordinal) || text.StartsWith("TITLE\t", StringComparison.Ordinal));

    private static bool IsEnd(List<byte> line) => Text(line) is "END";

    private static string Text(List<byte> line) => Encoding.UTF8.GetString([.. line.Take(200)]);

    /// <returns>Whether the line has its end; null where there is none.</returns>
    private static bool? ReadLine(Stream file, List<byte> line)
    {
        line.Clear();
        bool any = false;
        for (int b = file.ReadByte(); b >= 0; b = file.ReadByte())
        {
            any = true;
            if (b == '\n')
            {
                if (line is [.., (byte)'\r'])
                    line.RemoveAt(line.Count - 1);
                return true;
            }
            if (line.Count < MaxLine)
                line.Add((byte)b);
        }
        return any ? false : null;
    }
}
