using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace Dashboard.Access;

/// <summary>The certificate with which the keys in the data folder are encrypted, so that a copy of the folder alone opens nothing.</summary>
internal sealed class KeyCertificate : IValidateOptions<AccessOptions>
{
    private const string Key = $"{AccessOptions.SectionName}:{nameof(AccessOptions.KeyCertificateFile)}";

    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        if (options.KeyCertificateFile is null)
            return options.KeyCertificateKeyFile is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail($"{Key} is needed with {nameof(AccessOptions.KeyCertificateKeyFile)}.");
        if (!TryLoad(options, out X509Certificate2? certificate, out string? problem))
            return ValidateOptionsResult.Fail($"{Key} '{options.KeyCertificateFile}' cannot be used: {problem}");
        certificate.Dispose();
        return ValidateOptionsResult.Success;
    }

    /// <summary>Reads it where there is one; what is wrong with it is told by the validation.</summary>
    public static X509Certificate2? Load(IConfiguration configuration) =>
        configuration.GetSection(AccessOptions.SectionName) is var section
        && section[nameof(AccessOptions.KeyCertificateFile)] is { Length: > 0 } file
        && TryLoad(new AccessOptions { KeyCertificateFile = file, KeyCertificateKeyFile = section[nameof(AccessOptions.KeyCertificateKeyFile)] }, out X509Certificate2? certificate, out _)
            ? certificate
            : null;

    private static bool TryLoad(AccessOptions options, [NotNullWhen(true)] out X509Certificate2? certificate, [NotNullWhen(false)] out string? problem)
    {
        (certificate, problem) = (null, null);
        try
        {
            certificate = X509Certificate2.CreateFromPemFile(options.KeyCertificateFile!, options.KeyCertificateKeyFile is { Length: > 0 } key ? key : options.KeyCertificateFile);
            using RSA? rsa = certificate.GetRSAPrivateKey();
            if (rsa is null)
                problem = "its key is not RSA, and no other kind encrypts.";
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            problem = e.Message;
        }
        return problem is null && certificate is not null;
    }
}
