using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace E2E.Proxies;

/// <summary>A real nginx or HAProxy in front of a dashboard, on a free port and with its files in a folder of its own; the system's service is not touched.</summary>
internal sealed class ReverseProxy : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private ReverseProxy(Process process, string folder, Uri address) => (_process, _folder, Address) = (process, folder, address);

    /// <summary>The root of the host that it serves.</summary>
    public Uri Address { get; }

    /// <param name="locations">What stands in the server's block.</param>
    public static Task<ReverseProxy> StartNginxAsync(string locations, CancellationToken cancellationToken) => StartAsync(
        "nginx",
        static (folder, file) => ["-p", folder, "-c", file, "-e", "stderr"],
        (folder, port) => string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off;
            master_process off;
            pid {{folder}}/nginx.pid;
            error_log stderr;
            events { }
            http {
              access_log off;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              map $http_upgrade $connection_upgrade { default upgrade; '' close; }
              server {
                listen 127.0.0.1:{{port}};
                {{locations}}
              }
            }
            """),
        cancellationToken);

    /// <param name="backend">What stands in the block of the dashboard.</param>
    public static Task<ReverseProxy> StartHAProxyAsync(string backend, CancellationToken cancellationToken) => StartAsync(
        "haproxy",
        static (_, file) => ["-db", "-f", file],
        (_, port) => string.Create(CultureInfo.InvariantCulture, $$"""
            defaults
              mode http
              option forwardfor
              timeout connect 5s
              timeout client 60s
              timeout server 60s
              timeout tunnel 1h
            frontend host
              bind 127.0.0.1:{{port}}
              http-request set-header X-Forwarded-Proto http
              use_backend dashboard if { path /vpn } or { path_beg /vpn/ }
            backend dashboard
              {{backend}}

            """),
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<ReverseProxy> StartAsync(
        string program, Func<string, string, string[]> arguments, Func<string, int, string> configuration, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory($"{program}-").FullName;
        int port = FreePort();
        string file = Path.Combine(folder, "configuration");
        await File.WriteAllTextAsync(file, configuration(folder, port), cancellationToken);
        Process process = Process.Start(new ProcessStartInfo(program, arguments(folder, file)) { UseShellExecute = false })!;
        ReverseProxy proxy = new(process, folder, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")));
        try
        {
            await Eventually.ReadAsync(() => AnswersAsync(port, process), static answers => answers, cancellationToken);
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    private static async Task<bool> AnswersAsync(int port, Process process)
    {
        if (process.HasExited)
            throw new InvalidOperationException($"{process.StartInfo.FileName} ended with {process.ExitCode}.");
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
