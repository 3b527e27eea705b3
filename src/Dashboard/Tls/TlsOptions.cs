namespace Dashboard.Tls;

/// <summary>The certificate of the <c>https</c> addresses in <c>Dashboard:Urls</c>: section <c>Dashboard:Tls</c>.</summary>
public sealed class TlsOptions
{
    public const string SectionName = "Dashboard:Tls";

    /// <summary>PEM: the certificate and, behind it, those that lead to its authority. Read again when it changes.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM: the private key, without a password; null where <see cref="CertificateFile"/> holds it.</summary>
    public string? KeyFile { get; set; }
}
