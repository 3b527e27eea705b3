using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Client;

/// <summary>The client's side of TLS: whom it trusts, and what it says when it does not.</summary>
internal sealed class ClientTls(TunnelTlsOptions options, string host)
{
    private readonly HashSet<string>? _pins = options.PinnedPublicKeys is { } pins ? [.. pins] : null;

    /// <summary>Completes the handshake on a carrier, which is disposed when this throws.</summary>
    /// <exception cref="TunnelException">TlsFailed; the message says what is wrong with the certificate, if that was it.</exception>
    public async Task<SslStream> AuthenticateAsync(Stream carrier, bool offerExtensions, CancellationToken cancellationToken)
    {
        var tls = new SslStream(carrier, leaveInnerStreamOpen: false);
        string? objection = null;
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = options.ServerName ?? host,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    AllowRenegotiation = false,
                    ApplicationProtocols = offerExtensions ? [TunnelProtocols.Extended] : null,
                    CertificateChainPolicy = ChainPolicy(),
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) => (objection = Object(certificate, chain, errors)) is null,
                },
                cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch (Exception error)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            if (objection is not null)
                throw new TunnelException(TunnelError.TlsFailed, objection, error) { Data = { [nameof(objection)] = true } };
            if (error is AuthenticationException or IOException)
                throw new TunnelException(TunnelError.TlsFailed, error.InnerException?.Message ?? error.Message, error);
            throw;
        }
    }

    /// <summary>The server did not like something about the handshake; a certificate we refused ourselves is another matter.</summary>
    public static bool WasRefusedByServer(TunnelException failure) => failure.Error == TunnelError.TlsFailed && !failure.Data.Contains("objection");

    private X509ChainPolicy? ChainPolicy()
    {
        if (options.TrustedCertificates is not { } trusted)
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(trusted);
        return policy;
    }

    private string? Object(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (options.DangerousSkipVerification)
            return null;
        if (certificate is not X509Certificate2 shown)
            return "the server shows no certificate";
        if (_pins is not null)
        {
            string pin = Convert.ToBase64String(SHA256.HashData(shown.PublicKey.ExportSubjectPublicKeyInfo()));
            return _pins.Contains(pin) ? null : $"the server's public key ({pin}) is not one of those pinned";
        }

        if (errors == SslPolicyErrors.None)
            return null;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"the server's certificate is for {shown.GetNameInfo(X509NameType.DnsName, forIssuer: false)} and not for {options.ServerName ?? host}";
        string[] problems = [.. chain?.ChainStatus.Select(status => status.StatusInformation.TrimEnd('.', '\n')) ?? []];
        return $"the server's certificate is not valid: {string.Join("; ", problems)} (valid from {shown.NotBefore:u} to {shown.NotAfter:u})";
    }
}
