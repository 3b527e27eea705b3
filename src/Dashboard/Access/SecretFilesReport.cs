using Dashboard.Fleet;
using Dashboard.Settings;
using Dashboard.Tls;
using Microsoft.Extensions.Options;

namespace Dashboard.Access;

/// <summary>Says at the start which of the files with secrets are open to other users of this machine.</summary>
internal sealed class SecretFilesReport(ConfigurationFile configuration, IOptions<FleetOptions> fleet, IOptions<AccessOptions> access, IOptions<TlsOptions> tls, ILogger<SecretFilesReport> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (string file in Files().Where(static file => !string.IsNullOrEmpty(file)).Distinct(StringComparer.Ordinal)!)
        {
            if (SecretFile.WhyExposed(file) is { } why)
                Log.SecretFileExposed(logger, why);
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<string?> Files() =>
    [
        configuration.HoldsSecret ? configuration.Path : null,
        .. fleet.Value.Everyone().SelectMany(static server => (IEnumerable<string?>)[server.PasswordFile, .. server.PassThrough.Select(static tool => tool.PasswordFile)]),
        .. access.Value.ApiTokens.Select(static token => token.TokenFile),
        access.Value.SingleSignOn.ClientSecretFile,
        access.Value.KeyCertificateKeyFile ?? access.Value.KeyCertificateFile,
        tls.Value.KeyFile ?? tls.Value.CertificateFile,
    ];
}
