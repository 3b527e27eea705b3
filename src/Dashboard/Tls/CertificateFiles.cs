using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Microsoft.Extensions.Options;

namespace Dashboard.Tls;

/// <summary>
/// The certificate as its files have it now: who renews them need not restart us. Files that cannot be read, as in the middle
/// of being written, leave the last good certificate in use.
/// </summary>
internal sealed class CertificateFiles(IOptions<TlsOptions> options, TimeProvider time, ILogger<CertificateFiles> logger)
{
    private static readonly TimeSpan s_lookAgainAfter = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private SslStreamCertificateContext? _current;
    private (DateTime Certificate, DateTime Key) _written;
    private long _lookedAt;

    /// <summary>Certificate, chain and key for a connection that begins now.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_gate)
            {
                if (_current is null || time.GetElapsedTime(_lookedAt) >= s_lookAgainAfter)
                    Look();
                return _current!;
            }
        }
    }

    /// <exception cref="CryptographicException">What the files hold is no certificate with its key.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static SslStreamCertificateContext Load(TlsOptions options)
    {
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(options.CertificateFile!);
        X509Certificate2 own = X509Certificate2.CreateFromPemFile(options.CertificateFile!, options.KeyFile ?? options.CertificateFile);
        return SslStreamCertificateContext.Create(own, chain, offline: true);
    }

    private void Look()
    {
        _lookedAt = time.GetTimestamp();
        (DateTime, DateTime) written = (File.GetLastWriteTimeUtc(options.Value.CertificateFile!), File.GetLastWriteTimeUtc(options.Value.KeyFile ?? options.Value.CertificateFile!));
        if (_current is not null && written == _written)
            return;
        try
        {
            SslStreamCertificateContext loaded = Load(options.Value);
            if (_current is not null)
                Log.CertificateRenewed(logger, loaded.TargetCertificate.NotAfter);
            (_current, _written) = (loaded, written);
        }
        catch (Exception e) when (_current is not null && e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            Log.CertificateNotRenewed(logger, e.Message);
        }
    }
}
