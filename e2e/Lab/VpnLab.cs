using System.Diagnostics;
using System.Globalization;

namespace E2E.Lab;

/// <summary>
/// A real OpenVPN server and its clients in network namespaces of their own (<c>demo/vpn-lab</c>), in a work folder of its
/// own. Any number of labs live side by side. Disposal takes it down; so does the end of this process.
/// </summary>
public sealed class VpnLab : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private VpnLab(string folder, string id, string managementSocket)
    {
        Folder = folder;
        Id = id;
        ManagementSocket = managementSocket;
    }

    /// <summary>The work folder: <c>log/server</c> and <c>log/client-…</c> are what the daemons say.</summary>
    public string Folder { get; }

    /// <summary>Part of the name of each of the lab's namespaces.</summary>
    public string Id { get; }

    /// <summary>The path of the unix socket on which the server offers its management interface.</summary>
    public string ManagementSocket { get; }

    /// <summary>Starts a lab; returns when all clients are connected (with hold or client-auth: when the server is up).</summary>
    /// <exception cref="VpnLabException">It did not come up; nothing of it is left.</exception>
    public static async Task<VpnLab> UpAsync(VpnLabOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new VpnLabOptions();
        // Paths with spaces have to work, so every test run proves it.
        string folder = Path.Combine(Path.GetTempPath(), $"vpn lab {Guid.NewGuid():N}");
        string? passwordFile = null;
        try
        {
            if (options.ManagementPassword is not null)
            {
                passwordFile = Path.GetTempFileName();
                await File.WriteAllTextAsync(passwordFile, options.ManagementPassword + "\n", cancellationToken);
            }

            await RunAsync(["up", folder, .. Arguments(options, passwordFile)], cancellationToken);
            string id = await File.ReadAllTextAsync(Path.Combine(folder, "id"), cancellationToken);
            string socket = await RunAsync(["socket", folder], cancellationToken);
            return new VpnLab(folder, id, socket.Trim());
        }
        catch
        {
            await RunAsync(["down", folder], CancellationToken.None);
            throw;
        }
        finally
        {
            if (passwordFile is not null)
                File.Delete(passwordFile);
        }
    }

    /// <summary>Moves TCP traffic through the tunnel of one client, at most at the given rate; returns when it is over.</summary>
    public Task TrafficAsync(
        string client, double megabitsPerSecond, TimeSpan duration, TrafficDirection direction, CancellationToken cancellationToken)
    {
        string rate = megabitsPerSecond.ToString(CultureInfo.InvariantCulture);
        string seconds = ((int)Math.Ceiling(duration.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        string[] reverse = direction is TrafficDirection.ToClient ? ["--reverse"] : [];
        return RunAsync(["traffic", Folder, client, rate, seconds, .. reverse], cancellationToken, duration);
    }

    /// <summary>Moves traffic as <see cref="TrafficAsync"/> does, for as long as the test looks at it: until disposal.</summary>
    public KeptTraffic KeepMoving(string client, double megabitsPerSecond, TrafficDirection direction) =>
        new(token => TrafficAsync(client, megabitsPerSecond, KeptTraffic.Longest, direction, token));

    /// <summary>Pings the server through a client's tunnel, five times a second.</summary>
    /// <returns>What <c>ping</c> says at the end, for example <c>50 packets transmitted, 50 received, 0% packet loss</c>.</returns>
    public Task<string> PingAsync(string client, TimeSpan duration, CancellationToken cancellationToken) =>
        RunAsync(["ping", Folder, client, ((int)Math.Ceiling(duration.TotalSeconds)).ToString(CultureInfo.InvariantCulture)], cancellationToken, duration);

    public Task AddClientAsync(string name, CancellationToken cancellationToken) =>
        RunAsync(["client", "add", Folder, name], cancellationToken);

    public Task StartClientAsync(string name, CancellationToken cancellationToken) =>
        RunAsync(["client", "start", Folder, name], cancellationToken);

    /// <summary>Ends a client in good order: it takes leave of the server.</summary>
    public Task StopClientAsync(string name, CancellationToken cancellationToken) =>
        RunAsync(["client", "stop", Folder, name], cancellationToken);

    public Task ReconnectClientAsync(string name, CancellationToken cancellationToken) =>
        RunAsync(["client", "reconnect", Folder, name], cancellationToken);

    /// <summary>Starts the server again after it ended.</summary>
    public Task StartServerAsync(CancellationToken cancellationToken) =>
        RunAsync(["server", "start", Folder], cancellationToken);

    /// <summary>Ends the server in good order.</summary>
    public Task StopServerAsync(CancellationToken cancellationToken) =>
        RunAsync(["server", "stop", Folder], cancellationToken);

    /// <summary>Kills the server; its socket stays behind without a listener.</summary>
    public Task CrashServerAsync(CancellationToken cancellationToken) =>
        RunAsync(["server", "crash", Folder], cancellationToken);

    /// <summary>Removes every process, namespace and file of the lab. May be repeated.</summary>
    public Task DownAsync() => RunAsync(["down", Folder], CancellationToken.None);

    public async ValueTask DisposeAsync() => await DownAsync();

    private static IEnumerable<string> Arguments(VpnLabOptions options, string? passwordFile)
    {
        yield return "--clients";
        yield return options.Clients.ToString(CultureInfo.InvariantCulture);
        yield return "--owner";
        yield return options.OwnerProcessId.ToString(CultureInfo.InvariantCulture);
        foreach (string line in options.ServerOptions)
        {
            yield return "--server-option";
            yield return line;
        }

        foreach (string line in options.ClientOptions)
        {
            yield return "--client-option";
            yield return line;
        }

        if (passwordFile is not null)
        {
            yield return "--password-file";
            yield return passwordFile;
        }

        if (options.Hold)
            yield return "--hold";
        if (options.ClientAuth)
            yield return "--client-auth";
        if (options.Demo)
            yield return "--demo";
    }

    /// <summary>Runs the script and returns what it printed.</summary>
    /// <param name="duration">How long what is asked for takes by itself.</param>
    private static async Task<string> RunAsync(string[] arguments, CancellationToken cancellationToken, TimeSpan duration = default)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "demo", "vpn-lab"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(duration + s_limit);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? await output
                : throw new VpnLabException(
                    $"vpn-lab {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}{await errors}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
