using System.Security.Cryptography;

using Dashboard.Settings;

using Microsoft.Extensions.Options;

namespace Dashboard.Tls;

/// <summary>An <c>https</c> address needs a certificate that can be used; what is named must be usable anyway.</summary>
internal sealed class TlsOptionsValidator(IConfiguration configuration) : IValidateOptions<TlsOptions>
{
    public ValidateOptionsResult Validate(string? name, TlsOptions options)
    {
        if (string.IsNullOrEmpty(options.CertificateFile))
        {
            return !string.IsNullOrEmpty(options.KeyFile) || ConfigurationSetup.Urls(configuration).Any(IsHttps)
                ? Fail(nameof(TlsOptions.CertificateFile), "is needed for https: a PEM file with the certificate, for example \"/etc/openvpn-dashboard/fullchain.pem\".")
                : ValidateOptionsResult.Success;
        }

        try
        {
            CertificateFiles.Load(options);
            return ValidateOptionsResult.Success;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Fail(nameof(TlsOptions.CertificateFile), $"'{options.CertificateFile}' with {nameof(TlsOptions.KeyFile)} '{options.KeyFile ?? options.CertificateFile}' cannot be used: {e.Message}");
        }
    }

    public static bool IsHttps(string url) => url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static ValidateOptionsResult Fail(string property, string problem) => ValidateOptionsResult.Fail($"{TlsOptions.SectionName}:{property} {problem}");
}
