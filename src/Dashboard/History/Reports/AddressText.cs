using System.Text.RegularExpressions;

namespace Dashboard.History.Reports;

/// <summary>What may be an address or how one begins, as somebody types it or a daemon writes it: <c>198.51.</c>, <c>udp4:[2001:db8::7]:1194</c>.</summary>
/// <param name="HostQuery">A tsquery for the hosts that begin so.</param>
/// <param name="Socket">The host and the port, or how that begins; null where no port was given.</param>
internal sealed partial record AddressText(string HostQuery, string? Socket)
{
    /// <summary>Null for what is no address.</summary>
    public static AddressText? Parse(string text)
    {
        if (Pattern().Match(text.ToLowerInvariant()) is not { Success: true } match)
            return null;
        string host = match.Groups["host"].Value;
        string? socket = match.Groups["port"] is { Success: true } port ? $"{host}{(match.Groups["bracket"].Success ? "]" : "")}:{port.Value}" : null;
        return new AddressText($"'{host}':*", socket); // the pattern lets no quote through
    }

    [GeneratedRegex(
        @"^((udp|tcp)[46]?(-\w*)?:)?((?<host>(\d+\.){3}\d+):(?<port>\d*)|\[?(?<host>[0-9a-f.:]+(%\w*)?)((?<bracket>\])(:(?<port>\d*))?)?)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
