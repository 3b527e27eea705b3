using Dashboard.Live;

using Mgmt.Core;
using Mgmt.Core.Events;

namespace Dashboard.Approvals;

/// <summary>
/// What a <c>&gt;CLIENT:CONNECT</c> or <c>REAUTH</c> asks. The password stays behind in the event: nothing here holds it.
/// </summary>
/// <param name="CommonName">What the daemon will call the session; with <c>username-as-common-name</c>, what the client said.</param>
/// <param name="CertificateName">The CN of the certificate; null where the client has none.</param>
internal sealed record AuthRequest(ClientId Client, KeyId Key, bool IsReauthentication, string CommonName, string? CertificateName, string? Username, string RealAddress, string? Platform)
{
    /// <summary>Words of <c>IV_SSO</c>: what the client can do while it waits.</summary>
    public IReadOnlyList<string> SingleSignOnMethods { get; init; } = [];

    /// <summary>
    /// A certificate proves the name by which the client is known: with its CN, or with another field that
    /// <c>x509-username-field</c> names.
    /// </summary>
    public bool IsProven { get; init; }

    public ClientNames Names => new(CommonName, Username, CertificateName ?? (IsProven ? null : ""));

    /// <summary>What the client calls its own network card (<c>push-peer-info</c>); null where it does not say.</summary>
    public string? HardwareAddress { get; init; }

    /// <summary>
    /// Whether this is the same device, asking once more: the request before has then been given up. The same names from
    /// the same network alone can be two devices behind one router.
    /// </summary>
    public bool IsSameDevice(AuthRequest earlier) =>
        (CommonName, CertificateName, Username) == (earlier.CommonName, earlier.CertificateName, earlier.Username)
        && (RealAddress == earlier.RealAddress
            || (HardwareAddress is not null && HardwareAddress == earlier.HardwareAddress && HostOf(RealAddress) == HostOf(earlier.RealAddress)));

    /// <summary>A real address without its port.</summary>
    public static string HostOf(string address) => address.LastIndexOf(':') is > 0 and var port ? address[..port] : address;

    public static AuthRequest From(ClientId client, KeyId key, bool isReauthentication, ClientEnvironment environment) => new(
        client,
        key,
        isReauthentication,
        environment.CommonName ?? "",
        environment["X509_0_CN"],
        environment.Username is { Length: > 0 } username ? username : null,
        Address(environment),
        Fleet.Platform.Describe(environment))
    {
        SingleSignOnMethods = environment.SingleSignOnMethods,
        IsProven = environment.CommonName is { Length: > 0 } name && environment.Any(variable => variable.Key.StartsWith("X509_0_", StringComparison.Ordinal) && variable.Value == name),
        HardwareAddress = environment["IV_HWADDR"],
    };

    // 198.51.100.11:56726, [2001:db8:77::12]:38291
    private static string Address(ClientEnvironment environment) => (environment.RealAddress, environment.RealPort) switch
    {
        (null, _) => "",
        ({ } address, null) => address,
        ({ } address, { } port) => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{port}" : $"{address}:{port}",
    };
}
