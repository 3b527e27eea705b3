using System.Diagnostics;
using Tunnel.Tests.Support;

[assembly: AssemblyFixture(typeof(GoToolchain))]

namespace Tunnel.Tests.Support;

/// <summary>
/// Builds the Go peer once for the whole run, from Debian's own packages and without a network, into a folder that is gone afterwards.
/// A missing package is a failure that says what to install.
/// </summary>
public sealed class GoToolchain : IAsyncLifetime
{
    private const string GoPath = "/usr/share/gocode";
    private readonly string _folder = Directory.CreateTempSubdirectory("tunnel-interop-").FullName;
    private Exception? _failure;

    public string Program => _failure is null ? Path.Combine(_folder, "peer") : throw new InvalidOperationException("The Go peer could not be built.", _failure);

    public string CertificateFile => Path.Combine(_folder, "certificate.pem");

    public string KeyFile => Path.Combine(_folder, "key.pem");

    public async ValueTask InitializeAsync()
    {
        try
        {
            TestCertificates.WritePem(TestCertificates.Localhost, CertificateFile, KeyFile);
            await BuildAsync();
        }
        catch (Exception failure)
        {
            _failure = failure; // the tests that need it fail with this, all others run
        }
    }

    private async Task BuildAsync()
    {
        foreach ((string path, string package) in new[]
        {
            ("/usr/bin/go", "golang-go"),
            (GoPath + "/src/github.com/xtaci/smux", "golang-github-xtaci-smux-dev"),
            (GoPath + "/src/github.com/xtaci/kcp-go", "golang-github-xtaci-kcp-dev"),
        })
        {
            if (!Path.Exists(path))
                throw new InvalidOperationException($"The interop tests need the Debian package {package}: apt-get install {package}");
        }

        var start = new ProcessStartInfo("/usr/bin/go", ["build", "-o", Path.Combine(_folder, "peer"), "."])
        {
            WorkingDirectory = Path.Combine(AppContext.BaseDirectory, "interop", "peer"),
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["GO111MODULE"] = "off";
        start.Environment["GOPATH"] = GoPath;
        start.Environment["GOFLAGS"] = "-p=2";
        using Process go = Process.Start(start)!;
        Task<string> said = go.StandardError.ReadToEndAsync();
        await go.WaitForExitAsync();
        if (go.ExitCode != 0)
            throw new InvalidOperationException($"go build failed: {await said}");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    internal GoPeer Start(string role, params string[] arguments) => new(Program, [role, .. arguments]);

    /// <summary>A role that listens: it shows the test certificate and says where it is ready.</summary>
    internal async Task<GoPeer> ListenAsync(string role, params string[] arguments)
    {
        GoPeer peer = Start(role, ["-cert", CertificateFile, "-key", KeyFile, .. arguments]);
        await peer.SaysAsync("ready");
        return peer;
    }
}
