using System.Text.RegularExpressions;

namespace OpenVpn.Simulator.Tests;

/// <summary>Takes out of a conversation what differs from run to run: times, pids, ports, addresses from the pool, counters, the order of rows.</summary>
internal static partial class Likeness
{
    public static List<string> Of(IEnumerable<string> lines)
    {
        List<string> alike = [.. lines.Select(Of)];
        for (int start = 0; start < alike.Count;)
        {
            int end = start;
            while (end < alike.Count && IsRow(alike[end]))
                end++;
            alike.Sort(start, end - start, StringComparer.Ordinal);
            start = end + 1;
        }
        return alike;
    }

    private static string Of(string line)
    {
        line = LocalTime().Replace(line, "LOCAL-TIME");
        line = UnixTime().Replace(line, "UNIX-TIME");
        line = Pid().Replace(line, "$1PID");
        line = Pool4().Replace(line, "POOL4");
        line = Pool6().Replace(line, "POOL6");
        line = Counters().Replace(line, "$1N$1N$1LOCAL-TIME");
        line = Port().Replace(line, "${1}PORT");
        line = ByteCount().Replace(line, "${1}N,N");
        line = Queue().Replace(line, "${1}N");
        return Totals().Replace(line, "${1}N");
    }

    private static bool IsRow(string line) =>
        line.StartsWith("CLIENT_LIST", StringComparison.Ordinal) || line.StartsWith("ROUTING_TABLE", StringComparison.Ordinal)
        || (line.EndsWith(",LOCAL-TIME", StringComparison.Ordinal) && !line.StartsWith("Updated", StringComparison.Ordinal));

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")]
    private static partial Regex LocalTime();

    [GeneratedRegex(@"\b1[789]\d{8}\b")]
    private static partial Regex UnixTime();

    [GeneratedRegex(@"(pid=)\d+")]
    private static partial Regex Pid();

    [GeneratedRegex(@"\b10\.80\.0\.(?!1\b)\d+\b")]
    private static partial Regex Pool4();

    [GeneratedRegex(@"\bfd00:80::1[0-9a-f]{3}\b")]
    private static partial Regex Pool6();

    [GeneratedRegex(@"([,\t])\d+\1\d+\1LOCAL-TIME")]
    private static partial Regex Counters();

    [GeneratedRegex(@"(127\.0\.0\.1:)\d+")]
    private static partial Regex Port();

    [GeneratedRegex(@"^(>BYTECOUNT_CLI:\d+,)\d+,\d+$")]
    private static partial Regex ByteCount();

    [GeneratedRegex(@"(queue length[,\t])\d+")]
    private static partial Regex Queue();

    [GeneratedRegex(@"((?:bytesin|bytesout|bytes_sent|bytes_received|time_duration)=)\d+")]
    private static partial Regex Totals();
}
