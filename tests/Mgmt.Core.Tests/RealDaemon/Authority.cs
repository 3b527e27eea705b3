using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mgmt.Core.Tests.RealDaemon;

/// <summary>A certificate authority for one test run.</summary>
internal sealed class Authority
{
    private readonly X509Certificate2 _certificate;
    private int _serial;

    private Authority()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    public static Authority Instance { get; } = new();

    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>A certificate with its key.</summary>
    public (string Certificate, string Key) Issue(string commonName)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyAgreement, critical: true));
        byte[] serial = BitConverter.GetBytes(Interlocked.Increment(ref _serial));
        using X509Certificate2 certificate = request.Create(_certificate, DateTimeOffset.UtcNow.AddHours(-12), DateTimeOffset.UtcNow.AddDays(1), [0x42, .. serial]);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
