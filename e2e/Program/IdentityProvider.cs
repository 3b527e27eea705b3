using System.Diagnostics;

namespace E2E.Program;

/// <summary>A real OpenID Connect provider (<c>tests/identity-provider</c>). Whoever types a user name and any password is that person.</summary>
public sealed class IdentityProvider : IAsyncDisposable
{
    public const string ClientId = "openvpn-dashboard";
    public const string ClientSecret = "a secret: that % only & tests know";

    private readonly Process _process;

    private IdentityProvider(Process process, string address) => (_process, Address) = (process, address);

    public string Address { get; }

    /// <summary>Starts it; it answers once it knows the dashboard: see <see cref="ServeAsync"/>.</summary>
    public static async Task<IdentityProvider> StartAsync(CancellationToken cancellationToken)
    {
        string folder = Path.Combine(Repository.Root, "tests", "identity-provider");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            throw new DirectoryNotFoundException($"{folder}/node_modules is missing: ./test installs it before it runs these tests.");
        Process process = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "provider.mjs")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        string address = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Eventually.Limit, cancellationToken)
            ?? throw new InvalidOperationException("The identity provider did not start.");
        return new IdentityProvider(process, address);
    }

    /// <summary>Registers the dashboard and begins to answer.</summary>
    public async Task ServeAsync(Uri dashboard, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(dashboard.GetLeftPart(UriPartial.Authority));
        await _process.StandardInput.FlushAsync(cancellationToken);
        await _process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Eventually.Limit, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Eventually.Limit);
        _process.Dispose();
    }
}
