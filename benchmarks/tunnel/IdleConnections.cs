using System.Net.Security;
using System.Net.Sockets;
using Tunnel.Carriers;
using Tunnel.Server;
using Tunnel.Smux;
using Tunnel.Sockets;

namespace Tunnel.Benchmarks;

/// <summary>What a server needs for connections that do nothing but answer pings.</summary>
internal static class IdleConnections
{
    public static async Task ServeAsync(Arguments arguments)
    {
        int count = arguments.Number("streams", 1000);
        using var certificate = arguments.Certificate();
        var storage = new InMemoryTunnelStorage();
        storage.AddToken("lab-token", "alice");
        storage.AddRoute("lab.test", "alice");
        var options = new TunnelServerOptions
        {
            CertificateSelector = _ => certificate,
            MaxConnectionsPerDomain = count,
            MaxConnectionsPerUser = count,
            MaxUnauthenticatedPerAddress = 100,
        };
        await using var server = new TunnelServer(options, storage);
        Console.WriteLine($"ready {(await server.ListenAsync("127.0.0.1:0"))[0]}");
        while (server.GetAllBackends().Count < count)
            await Task.Delay(100);
        await Task.Delay(TimeSpan.FromSeconds(6)); // past the first pings
        using var self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await Task.Delay(arguments.Duration);
        self.Refresh();
        double share = (self.TotalProcessorTime - before) / watch.Elapsed;
        Console.WriteLine(FormattableString.Invariant(
            $"result {self.WorkingSet64 / 1e6:0} {100 * share:0.0} {server.GetAllBackends().Count(backend => backend.Usable)}"));
    }

    public static async Task ConnectAsync(Arguments arguments)
    {
        HostPort address = HostPort.Parse(arguments.Text("address", ""));
        using var atOnce = new SemaphoreSlim(50);
        await Task.WhenAll(Enumerable.Range(0, arguments.Number("streams", 1000)).Select(async _ =>
        {
            await atOnce.WaitAsync();
            SmuxSession session;
            try
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(address.Host, address.Port);
                var tls = new SslStream(new SocketStream(socket));
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = Loopback.Accept });
                session = new SmuxSession(tls, SmuxRole.Client, new SmuxOptions());
                SmuxStream control = await session.AcceptStreamAsync();
                await control.WriteAsync(new TunnelCredentials("lab-token", "lab.test").ToUtf8Json());
            }
            finally
            {
                atOnce.Release();
            }

            await AnswerPingsAsync(session);
        }));
    }

    private static async Task AnswerPingsAsync(SmuxSession session)
    {
        byte[] answer = "HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray();
        byte[] request = new byte[1024];
        try
        {
            while (true)
            {
                await using SmuxStream stream = await session.AcceptStreamAsync();
                _ = await stream.ReadAsync(request);
                await stream.WriteAsync(answer);
                _ = await stream.ReadAsync(request);
            }
        }
        catch (SmuxException)
        {
            // The server is done.
        }
    }
}
