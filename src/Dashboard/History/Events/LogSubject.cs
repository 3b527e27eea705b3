using System.Text.RegularExpressions;

namespace Dashboard.History.Events;

/// <summary>Whom a line of the daemon's log is about, and whether it says that somebody was not let in. All of it is hostile text.</summary>
/// <param name="Client">The common name; null where the line has none.</param>
/// <param name="Address">The real address with its port; null where the line has none.</param>
internal readonly partial record struct LogSubject(string? Client, string? Address, bool IsFailedAttempt)
{
    // Each stands for one attempt. "TLS handshake failed" follows most of them and would count them twice.
    private static readonly string[] s_failures =
    [
        "VERIFY ERROR", "VERIFY KU ERROR", "VERIFY EKU ERROR", "VERIFY X509NAME ERROR", "VERIFY SCRIPT ERROR", "VERIFY PLUGIN ERROR",
        "TLS Auth Error: Auth Username/Password verification failed",
        "TLS Error: TLS key negotiation failed to occur",
        "TLS Error: cannot locate HMAC in incoming packet",
        "TLS Error: incoming packet authentication failed",
        "TLS Error: tls-crypt unwrapping failed",
        "TLS Error: could not determine wrapping",
    ];

    public static LogSubject Of(string line)
    {
        string? client = null, address = null;
        string rest = line;
        try
        {
            if (Prefix().Match(line) is { Success: true } prefix)
            {
                client = prefix.Groups["name"] is { Success: true } name ? name.Value : null;
                address = prefix.Groups["address"].Value;
                rest = line[prefix.Length..];
            }
            // What a client says of itself comes behind these words, and may be anything.
            if (rest.StartsWith("peer info: ", StringComparison.Ordinal) || !s_failures.Any(failure => rest.StartsWith(failure, StringComparison.Ordinal)))
                return new LogSubject(client, address, IsFailedAttempt: false);
            address ??= From().Match(rest) is { Success: true } from ? SourceOf(from) : null;
            client ??= CommonName().Match(rest) is { Success: true } subject ? subject.Groups["name"].Value : null;
            return new LogSubject(client, address, IsFailedAttempt: true);
        }
        catch (RegexMatchTimeoutException)
        {
            return new LogSubject(null, null, IsFailedAttempt: false);
        }
    }

    // alice/198.51.100.11:36604 …   198.51.100.11:36604 …   udp6:[2001:db8::1]:36604 …   alice/2001:db8::1 …
    [GeneratedRegex(@"^(?:(?<name>[^\n]{1,256}?)/)?(?<address>(?:(?:udp|tcp)[46]?(?:-server)?:)?(?:\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}|\[[0-9a-fA-F:.]{2,45}\]:\d{1,5}|[0-9a-fA-F:]{2,39}:[0-9a-fA-F.]{0,15})) ", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Prefix();

    // The port stands behind an IPv6 address as if it were a part of it: with brackets one can tell.
    private static string SourceOf(Match from) =>
        from.Groups["address6"] is { Success: true } address ? $"[{address.Value}]:{from.Groups["port"].Value}" : from.Groups["address"].Value;

    // TLS Error: cannot locate HMAC in incoming packet from [AF_INET]192.0.2.9:4711   … from [AF_INET6]2001:db8::9:4711
    [GeneratedRegex(@" from (?:\[AF_INET\](?<address>[0-9.]{7,15}:[0-9]{1,5})|\[AF_INET6\](?<address6>[0-9a-fA-F:.]{2,45}(?:%[0-9A-Za-z._-]{1,16})?):(?<port>[0-9]{1,5}))(?![0-9a-fA-F:.])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex From();

    // VERIFY ERROR: depth=0, error=certificate has expired: C=FR, CN=bob, serial=3
    [GeneratedRegex(@"\bCN=(?<name>[^,/\n]{1,256})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex CommonName();
}
