using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Server;

/// <summary>The server's side of TLS: which certificate, which versions, which protocol names.</summary>
internal sealed class ServerTls(TunnelServerOptions options)
{
    private readonly Lock _gate = new();
    private (X509Certificate2 Certificate, SslStreamCertificateContext Context)? _last;

    /// <summary>Completes the handshake on a carrier. The carrier is the caller's to dispose when this throws.</summary>
    public async Task<SslStream> AuthenticateAsync(Stream carrier, CancellationToken cancellationToken)
    {
        var tls = new SslStream(carrier, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsServerAsync(
                static (_, hello, state, _) => ValueTask.FromResult(((ServerTls)state!).OptionsFor(hello)), this, cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private SslServerAuthenticationOptions OptionsFor(SslClientHelloInfo hello) => new()
    {
        ServerCertificateContext = ContextFor(options.CertificateSelector(hello.ServerName)),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        AllowRenegotiation = false,
        ApplicationProtocols = options.AllowExtensions ? [TunnelProtocols.Extended] : null,
    };

    // Building a context reads the chain; one certificate serves many handshakes.
    private SslStreamCertificateContext ContextFor(X509Certificate2 certificate)
    {
        lock (_gate)
        {
            if (_last?.Certificate != certificate)
                _last = (certificate, SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true));
            return _last.Value.Context;
        }
    }
}
