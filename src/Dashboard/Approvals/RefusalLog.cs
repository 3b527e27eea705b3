using Mgmt.Core.Status;

namespace Dashboard.Approvals;

/// <summary>
/// Reads from the daemon's log that a script or a plugin (LDAP, PAM) has refused a client about whom we are asked: its
/// request is made all the same, and an approval answered with <c>SUCCESS</c>.
/// </summary>
internal static class RefusalLog
{
    private const string Refused = " TLS Auth Error: Auth Username/Password verification failed for peer";

    // 198.51.100.11:56726 TLS Auth Error: …, or alice/198.51.100.11:56726 TLS Auth Error: …. A name may hold a slash, an address does not.
    /// <returns>From where the client comes; null for any other line.</returns>
    public static RealAddress? Parse(string line) =>
        line.EndsWith(Refused, StringComparison.Ordinal) && new RealAddress(line[(line.LastIndexOf('/', line.Length - Refused.Length) + 1)..^Refused.Length]) is { Address: not null } address ? address : null;

    /// <summary>The same client; to 2.6 an IPv6 address stands in the log without its port.</summary>
    public static bool AreSame(RealAddress one, RealAddress other) =>
        one.Address is { } address && other.Address is { } another && address.MapToIPv6().Equals(another.MapToIPv6())
        && (one.Port is not { } port || other.Port is not { } anotherPort || port == anotherPort);
}
