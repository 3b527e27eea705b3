using Mgmt.Core.Status;

namespace Dashboard.Live;

/// <summary>
/// The names by which OpenVPN knows a client, each as it came; null where there is none, or OpenVPN writes <c>UNDEF</c>.
/// They come at different times: with <c>username-as-common-name</c> a session is called by its certificate until it is
/// let in, and by its user from then on.
/// </summary>
/// <param name="commonName">What the daemon calls the session.</param>
/// <param name="username">Who signed in.</param>
/// <param name="certificateName">The CN of the certificate, where it is told beside; empty where it is known that there is none.</param>
public readonly struct ClientNames(string? commonName, string? username, string? certificateName = null)
{
    public string? CommonName { get; } = Known(commonName);
    public string? Username { get; } = Known(username);
    public string? CertificateName { get; } = Known(certificateName);

    /// <summary>
    /// With <c>username-as-common-name</c> the session is called by its user. Where the certificate is not told, a common
    /// name counts as the certificate's.
    /// </summary>
    private readonly bool _isCalledByUser = certificateName is not null && Known(commonName) is { } name && name == username && name != certificateName;

    /// <summary>The one to call it by, and by which its history is found (the column <c>person</c>); null for a client that has no name.</summary>
    public string? Shown => CommonName ?? Username ?? CertificateName;

    /// <summary>The name that a certificate proves; null where none does. With <c>x509-username-field</c> it is not the CN.</summary>
    public string? Certificate => _isCalledByUser ? CertificateName : CommonName ?? CertificateName;

    /// <summary>Whether this is one of its names of that kind.</summary>
    public bool Include(NameKind kind, string name) =>
        (kind is not NameKind.User && (AreSame(NameKind.Certificate, name, Certificate) || AreSame(NameKind.Certificate, name, CertificateName)))
        || (kind is not NameKind.Certificate && AreSame(NameKind.User, name, Username));

    /// <summary>
    /// The one rule for comparing names. A certificate's is meant to the letter; a user's in any case, as most directories
    /// let a user in by any, and so do they with blanks around it.
    /// </summary>
    /// <param name="kind">With <see cref="NameKind.Either"/> as lenient as the more lenient of the two.</param>
    public static bool AreSame(NameKind kind, string? one, string? other) =>
        one is not null && other is not null
        && string.Equals(Folded(one), Folded(other), kind is NameKind.Certificate ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <summary>A name without what is not compared, but for its case.</summary>
    public static string Folded(string name) => name.Trim();

    private static string? Known(string? name) => name is null or "" or StatusClient.Undefined ? null : name;
}
