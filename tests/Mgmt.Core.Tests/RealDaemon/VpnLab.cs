using System.Diagnostics;
using System.Text;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;
using Mgmt.Core.Sockets;

namespace Mgmt.Core.Tests.RealDaemon;

/// <summary>
/// Real OpenVPN processes in a network namespace of their own: nothing of the machine's network is touched, and nothing stays behind. Needs root,
/// /dev/net/tun, openvpn and iproute2.
/// </summary>
internal sealed class VpnLab : IAsyncDisposable
{
    private readonly string _namespace = "mgmt-" + Guid.NewGuid().ToString("N")[..8];
    private readonly List<Daemon> _daemons = [];

    private VpnLab()
    {
        Folder = Directory.CreateTempSubdirectory("mgmt-lab-").FullName;
        File.WriteAllText(Path.Combine(Folder, "ca.pem"), Authority.Instance.CertificatePem);
    }

    public string Folder { get; }

    public string Namespace => _namespace;

    public static async Task<VpnLab> CreateAsync()
    {
        var lab = new VpnLab();
        await IpAsync("netns", "add", lab._namespace);
        await IpAsync("-n", lab._namespace, "link", "set", "lo", "up");
        return lab;
    }

    /// <summary>Starts a server on 127.0.0.1:1194, or what the options say; does not wait for anything.</summary>
    public Daemon StartServer(params string[] options) =>
        Start("server", "server", ["dev tun", "topology subnet", "server 10.81.0.0 255.255.255.0", "local 127.0.0.1", "port 1194", "dh none", "keepalive 1 4", .. options]);

    /// <summary>Starts a client of that server; its tunnel device stays without addresses.</summary>
    public Daemon StartClient(string name, string commonName, params string[] options) =>
        Start(name, commonName, ["client", "dev tun", "ifconfig-noexec", "route-noexec", "remote 127.0.0.1 1194", "nobind", "server-poll-timeout 4", "connect-retry 1 1", .. options]);

    /// <summary>Starts any other OpenVPN.</summary>
    public Daemon Start(string name, string? commonName, IEnumerable<string> options)
    {
        List<string> lines = [.. options, "verb 3"];
        if (!lines.Exists(line => line.StartsWith("management ", StringComparison.Ordinal)))
            lines.Add($"management {PathOf(name + ".sock")} unix");
        if (commonName is not null)
        {
            (string certificate, string key) = Authority.Instance.Issue(commonName);
            File.WriteAllText(PathOf(name + ".crt"), certificate);
            File.WriteAllText(PathOf(name + ".key"), key);
            lines.Add($"ca {PathOf("ca.pem")}");
            if (!lines.Exists(line => line.StartsWith("management-external-cert", StringComparison.Ordinal)))
                lines.Add($"cert {PathOf(name + ".crt")}");
            if (!lines.Exists(line => line.StartsWith("management-external-key", StringComparison.Ordinal)))
                lines.Add($"key {PathOf(name + ".key")}");
        }

        File.WriteAllLines(PathOf(name + ".conf"), lines);
        var daemon = new Daemon(_namespace, PathOf(name + ".conf"), PathOf(name + ".sock"));
        _daemons.Add(daemon);
        return daemon;
    }

    public string PathOf(string file) => Path.Combine(Folder, file);

    public async ValueTask DisposeAsync()
    {
        foreach (Daemon daemon in _daemons)
            await daemon.DisposeAsync();
        await IpAsync("netns", "delete", _namespace);
        Directory.Delete(Folder, recursive: true);
    }

    internal static async Task IpAsync(params string[] arguments)
    {
        using Process ip = Process.Start(new ProcessStartInfo("ip", arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        string problem = await ip.StandardError.ReadToEndAsync();
        await ip.WaitForExitAsync();
        Assert.True(ip.ExitCode == 0, $"ip {string.Join(' ', arguments)}: {problem}");
    }
}

/// <summary>One OpenVPN process.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly string _socket;

    public Daemon(string networkNamespace, string configuration, string socket)
    {
        _socket = socket;
        var start = new ProcessStartInfo("ip", ["netns", "exec", networkNamespace, "openvpn", "--config", configuration]) { UseShellExecute = false, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            lock (_log)
                _log.AppendLine(line.Data);
        };
        _process.BeginOutputReadLine();
    }

    public int ProcessId => _process.Id;

    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Connects to the management socket, as soon as it is there.</summary>
    public async Task<Managed> ConnectAsync(CancellationToken cancel, ManagementConnectionOptions? options = null)
    {
        while (true)
        {
            Assert.False(_process.HasExited, Log);
            try
            {
                return new Managed(await ManagementConnection.ConnectAsync(new ManagementEndpoint.Unix(_socket), options, cancel), this);
            }
            catch (EndpointUnreachableException)
            {
                await Task.Delay(20, cancel);
            }
        }
    }

    public Task ExitedAsync(CancellationToken cancel) => _process.WaitForExitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

/// <summary>A management connection whose events a test waits for.</summary>
internal sealed class Managed(ManagementConnection connection, Daemon? daemon) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<ManagementEvent> _events = connection.ReadEventsAsync().GetAsyncEnumerator();
    private readonly List<ManagementEvent> _seen = [];

    public ManagementConnection Connection => connection;

    public IReadOnlyList<ManagementEvent> Seen => _seen;

    /// <summary>The next event of this kind; others before it are skipped.</summary>
    public async Task<T> NextAsync<T>(CancellationToken cancel, Func<T, bool>? condition = null)
        where T : ManagementEvent
    {
        try
        {
            while (await _events.MoveNextAsync().AsTask().WaitAsync(cancel))
            {
                _seen.Add(_events.Current);
                if (_events.Current is T wanted && (condition is null || condition(wanted)))
                    return wanted;
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ManagementClosedException)
        {
            Assert.Fail($"No {typeof(T).Name} ({error.Message}) after:\n{string.Join('\n', _seen)}\n{daemon?.Log}");
        }

        throw new InvalidOperationException("The connection ended.");
    }

    public async ValueTask DisposeAsync() => await connection.DisposeAsync();
}
