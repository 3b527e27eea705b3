using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dashboard.Access;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access;

public sealed class KeyCertificateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("key-certificate-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task With_a_certificate_no_key_lies_in_the_data_folder_as_it_is_and_what_it_protects_opens_after_a_restart()
    {
        string file = Write("keys.pem", new CertificateRequest("CN=keys", RSA.Create(2048), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        string[] settings = [$"--Dashboard:Access:KeyCertificateFile={file}", $"--Dashboard:History:DataDirectory={_folder.FullName}"];
        string locked;
        await using (AccessApp app = await AccessApp.StartAsync("Host=127.0.0.1;Port=1", whenReady: false, settings: settings))
            locked = Protector(app).Protect("open sesame");

        await using AccessApp again = await AccessApp.StartAsync("Host=127.0.0.1;Port=1", whenReady: false, settings: settings);

        Assert.Equal("open sesame", Protector(again).Unprotect(locked));
        string key = await File.ReadAllTextAsync(Assert.Single(Directory.EnumerateFiles(Path.Combine(_folder.FullName, "keys"))), TestContext.Current.CancellationToken);
        Assert.Contains("EncryptedData", key, StringComparison.Ordinal);
        Assert.DoesNotContain("<value>", key, StringComparison.Ordinal); // where the key stands without
    }

    [Fact]
    public async Task Without_one_the_key_can_be_read_by_whoever_has_the_folder()
    {
        await using AccessApp app = await AccessApp.StartAsync("Host=127.0.0.1;Port=1", whenReady: false, settings: [$"--Dashboard:History:DataDirectory={_folder.FullName}"]);
        Protector(app).Protect("open sesame");

        Assert.Contains("<value>", await File.ReadAllTextAsync(Assert.Single(Directory.EnumerateFiles(Path.Combine(_folder.FullName, "keys"))), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.pem", null, "cannot be used")]
    [InlineData("ecdsa.pem", null, "not RSA")]
    [InlineData(null, "key.pem", "is needed with KeyCertificateKeyFile")]
    public void A_certificate_that_cannot_be_used_is_a_mistake_with_its_key(string? file, string? key, string expected)
    {
        Write("ecdsa.pem", new CertificateRequest("CN=keys", ECDsa.Create(), HashAlgorithmName.SHA256));

        var result = new KeyCertificate().Validate(name: null, new AccessOptions { KeyCertificateFile = file is null ? null : Path.Combine(_folder.FullName, file), KeyCertificateKeyFile = key });

        Assert.StartsWith("Dashboard:Access:KeyCertificateFile ", result.FailureMessage, StringComparison.Ordinal);
        Assert.Contains(expected, result.FailureMessage, StringComparison.Ordinal);
    }

    private static IDataProtector Protector(AccessApp app) => app.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");

    // As openssl req -x509 -nodes writes it: key and certificate in one file. One that has expired is as good.
    private string Write(string name, CertificateRequest request)
    {
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        using AsymmetricAlgorithm key = (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey() ?? certificate.GetECDsaPrivateKey()!;
        string file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return file;
    }
}
