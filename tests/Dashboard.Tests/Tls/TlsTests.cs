using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Dashboard.Settings;
using Dashboard.Tls;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Tests.Shared;

namespace Dashboard.Tests.Tls;

public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dashboard-tls-");
    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TlsOptions Files => new() { CertificateFile = Path.Combine(_folder.FullName, "own.crt"), KeyFile = Path.Combine(_folder.FullName, "own.key") };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_renewed_certificate_is_used_without_a_restart()
    {
        Write("old");
        CertificateFiles files = Open();
        Assert.Equal("CN=old", files.Current.TargetCertificate.Subject);

        Write("new", later: true);
        Assert.Equal("CN=old", files.Current.TargetCertificate.Subject);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("CN=new", files.Current.TargetCertificate.Subject);
    }

    [Fact]
    public void A_certificate_that_is_half_written_leaves_the_last_good_one_in_use()
    {
        Write("old");
        CertificateFiles files = Open();
        _ = files.Current;

        File.WriteAllText(Files.CertificateFile!, "-----BEGIN CERTIFICATE-----\nMII");
        File.SetLastWriteTimeUtc(Files.CertificateFile!, DateTime.UtcNow.AddMinutes(1));
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("CN=old", files.Current.TargetCertificate.Subject);
    }

    [Fact]
    public async Task The_dashboard_serves_https_and_tells_browsers_to_stay_there()
    {
        Write("dashboard.example");
        await using WebApplication app = Create("--Dashboard:Tls:CertificateFile=" + Files.CertificateFile, "--Dashboard:Tls:KeyFile=" + Files.KeyFile);
        await app.StartAsync(Cancel);
        string? subject = null;
        using SocketsHttpHandler handler = new()
        {
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => (subject = certificate?.Subject) is not null },
        };
        using HttpClient client = new(handler);
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(new Uri(app.Urls.Single()), "/healthz")) { Headers = { Host = "dashboard.example" } };

        using HttpResponseMessage answer = await client.SendAsync(request, Cancel);

        Assert.True(answer.IsSuccessStatusCode);
        Assert.Equal("CN=dashboard.example", subject);
        Assert.Equal(["max-age=15552000"], answer.Headers.GetValues("Strict-Transport-Security"));
        await app.StopAsync(Cancel);
    }

    [Fact]
    public void Https_without_a_certificate_stops_the_start_with_the_key_of_the_setting()
    {
        SettingsException error = Assert.Throws<SettingsException>(() => Create());

        Assert.Contains(error.Errors, e => e.StartsWith("Dashboard:Tls:CertificateFile is needed for https", StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_of_another_certificate_stops_the_start()
    {
        Write("one");
        string certificate = File.ReadAllText(Files.CertificateFile!);
        Write("other");
        File.WriteAllText(Files.CertificateFile!, certificate);

        SettingsException error = Assert.Throws<SettingsException>(() => Create("--Dashboard:Tls:CertificateFile=" + Files.CertificateFile, "--Dashboard:Tls:KeyFile=" + Files.KeyFile));

        Assert.Contains(error.Errors, e => e.StartsWith("Dashboard:Tls:CertificateFile", StringComparison.Ordinal) && e.Contains("cannot be used", StringComparison.Ordinal));
    }

    private CertificateFiles Open() => new(Options.Create(Files), _time, NullLogger<CertificateFiles>.Instance);

    private WebApplication Create(params string[] settings) => DashboardApp.Create(
        new WebApplicationOptions
        {
            ApplicationName = typeof(DashboardApp).Assembly.GetName().Name,
            EnvironmentName = "Development",
            Args =
            [
                "--Dashboard:Urls=https://127.0.0.1:0",
                "--Dashboard:History:ConnectionString=Host=127.0.0.1;Port=1", // nothing here needs a database
                "--Dashboard:History:DataDirectory=" + _folder.FullName,
                .. settings,
            ],
        },
        builder => builder.Logging.ClearProviders());

    private void Write(string name, bool later = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Files.CertificateFile!, certificate.ExportCertificatePem());
        File.WriteAllText(Files.KeyFile!, key.ExportECPrivateKeyPem());
        if (later)
            File.SetLastWriteTimeUtc(Files.CertificateFile!, DateTime.UtcNow.AddMinutes(1));
    }
}
