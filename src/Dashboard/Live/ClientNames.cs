using Mgmt.Core.Status;

namespace Dashboard.Live;

/// <summary>
/// The names by which OpenVPN knows a client, each as it came; null where there is none, or OpenVPN writes <c>UNDEF</c>.
/// They come at different times: with <c>username-as-common-name</c> a session is called by its certificate until it is
/// let in, and by its user from then on.
/// </summary>
/// <param name="commonName">What the daemon calls the session.</param>
/// <param name="username">Who signed in.</param>
/// <param name="certificateName">The CN of the certificate, where it is told beside.</param>
public readonly struct ClientNames(string? commonName, string? username, string? certificateName = null)
{
    public string? CommonName { get; } = Known(commonName);
    public string? Username { get; } = Known(username);
    public string? CertificateName { get; } = Known(certificateName);

    /// <summary>The one to call it by; null for a client that has no name yet.</summary>
    public string? Shown => CommonName ?? Username ?? CertificateName;

    /// <summary>
    /// Whether this is one of its names. A certificate's name is meant to the letter; a user name in any case, as most
    /// directories let a user in by any.
    /// </summary>
    public bool Include(string name) =>
        name == CommonName || name == CertificateName || string.Equals(name, Username, StringComparison.OrdinalIgnoreCase);

    private static string? Known(string? name) => name is null or "" or StatusClient.Undefined ? null : name;
}
