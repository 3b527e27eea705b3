using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace E2E.Docker;

/// <summary>docker/compose.production.yaml with the files that it asks for, and a PostgreSQL beside it.</summary>
[Collection<DockerTests>]
public sealed class ProductionTests(ComposeDemo demo) : IDisposable
{
    private const string User = "1654";

    private static readonly string[] s_files = ["docker/compose.production.yaml", "e2e/docker/database.yaml"];

    private readonly string _folder = Directory.CreateTempSubdirectory("production-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_dashboard_alone_serves_https_with_its_files_and_somebody_elses_database()
    {
        using X509Certificate2 certificate = await WriteFilesAsync();
        int port = Machine.FreePort();
        string project = $"{demo.Image}-production";
        ImmutableDictionary<string, string> variables = ImmutableDictionary<string, string>.Empty
            .Add("DASHBOARD_FILES", _folder)
            .Add("DASHBOARD_PORT", port.ToString(CultureInfo.InvariantCulture))
            .Add("DASHBOARD_DATABASE", "Host=database;Database=dashboard;Username=dashboard");
        using SocketsHttpHandler handler = new()
        {
            SslOptions = { CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { certificate }, RevocationMode = X509RevocationMode.NoCheck } },
        };
        using HttpClient http = new(handler) { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"https://localhost:{port}")) };
        try
        {
            await ComposeAsync("up", "--detach", "--no-build");

            string log = await Eventually.ReadAsync(() => ComposeAsync("logs", "--no-color", "dashboard"), text => text.Contains("first-admin", StringComparison.Ordinal), Cancel, TimeSpan.FromMinutes(2));
            Assert.Contains("https://vpn.example.net/account/first-admin?token=", log, StringComparison.Ordinal);
            using HttpResponseMessage health = await http.GetAsync(new Uri("/healthz", UriKind.Relative), Cancel);
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
            using HttpResponseMessage page = await http.GetAsync(new Uri("/account/sign-in", UriKind.Relative), Cancel);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        }
        finally
        {
            await ComposeAsync("down", "--volumes", "--timeout", "10");
        }

        async Task<string> ComposeAsync(params string[] arguments)
        {
            (int exitCode, string output) = await demo.TryComposeAsync(project, s_files, variables, arguments);
            return exitCode == 0 ? output : throw new InvalidOperationException(output);
        }
    }

    private async Task<X509Certificate2> WriteFilesAsync()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await WriteAsync("fullchain.pem", certificate.ExportCertificatePem());
        await WriteAsync("privkey.pem", key.ExportPkcs8PrivateKeyPem());
        await WriteAsync("pgpass", "*:*:*:dashboard:of-a-test\n");
        await WriteAsync("appsettings.json", """{ "Dashboard": { "PublicUrl": "https://vpn.example.net" } }""");
        await Machine.RunAsync("chmod", "-R", "u=rX,go=", _folder);
        await Machine.RunAsync("chown", "-R", User, _folder);
        return certificate;
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_folder, name), text, Cancel);
}
