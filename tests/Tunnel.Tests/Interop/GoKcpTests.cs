using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Tunnel.Client;
using Tunnel.Kcp;
using Tunnel.Sockets;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Interop;

/// <summary>TLS over KCP over UDP with Go's kcp-go at the other end, as tun2 sets it, in both roles.</summary>
public sealed class GoKcpTests(GoToolchain go)
{
    [Fact]
    public async Task A_Go_client_serves_over_UDP()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { Kcp = new KcpOptions() });
        IReadOnlyList<IPEndPoint> bound = await lab.Server.ListenAsync("127.0.0.1:0", CarrierProtocol.Udp, cancellationToken: Wait.Cancel);
        await using GoPeer client = go.Start("client", "-carrier", "kcp", "-address", bound[0].ToString());
        await Wait.Until(() => lab.Server.GetAllBackends().Count == 1, "the Go client serves");
        Assert.Equal(CarrierProtocol.Udp, lab.Server.GetAllBackends().Single().Protocol);

        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Wait.Cancel }, async (_, _) =>
            Assert.Equal("xxxxxxxxxxxxx", await lab.GetTextAsync()));

        byte[] body = RandomNumberGenerator.GetBytes(300_000);
        using var upload = new HttpRequestMessage(HttpMethod.Post, "http://lab.test/hash") { Content = new ByteArrayContent(body) };
        using HttpResponseMessage hash = await lab.Server.SendAsync(upload, Wait.Cancel).Soon();
        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), await hash.Content.ReadAsStringAsync(Wait.Cancel).Soon());
        using HttpResponseMessage download = await lab.GetAsync("/bytes?n=300000");
        await GoClientTests.AssertPatternAsync(await download.Content.ReadAsStreamAsync(Wait.Cancel), 300_000);
    }

    [Fact]
    public async Task Our_client_serves_a_Go_server_over_UDP()
    {
        await using GoPeer server = await go.ListenAsync("server", "-carrier", "kcp");
        await using var client = new ServingClient(new TunnelClient(new TunnelClientOptions
        {
            Server = $"localhost:{server.Port()}",
            AddressFamilies = AddressFamilies.IPv4,
            Protocol = CarrierProtocol.Udp,
            Token = TunnelLab.Token,
            Domain = TunnelLab.Domain,
            Tls = new TunnelTlsOptions { TrustedCertificates = [TestCertificates.Localhost] },
            Handler = context => context.Response.WriteAsync("hello"),
        }));
        await server.SaysAsync("joined");
        using var visitor = new HttpClient { Timeout = Wait.Limit };

        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Wait.Cancel }, async (_, cancel) =>
            Assert.Equal("hello", await visitor.GetStringAsync(new Uri($"http://127.0.0.1:{server.Port(1)}/"), cancel)));
    }

    [Fact]
    public async Task A_killed_Go_client_over_UDP_is_noticed_by_silence()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with
        {
            Kcp = new KcpOptions(),
            Smux = options.Smux with { KeepAliveInterval = TimeSpan.FromSeconds(0.5), KeepAliveTimeout = TimeSpan.FromSeconds(3) },
            PingInterval = TimeSpan.FromSeconds(0.5),
        });
        IReadOnlyList<IPEndPoint> bound = await lab.Server.ListenAsync("127.0.0.1:0", CarrierProtocol.Udp, cancellationToken: Wait.Cancel);
        await using GoPeer client = go.Start("client", "-carrier", "kcp", "-address", bound[0].ToString());
        await Wait.Until(() => lab.Server.GetAllBackends().Count == 1, "the Go client serves");

        client.Kill();

        await Wait.Until(() => lab.Server.GetAllBackends().Count == 0, "the connection is given up");
        Assert.Contains(lab.Logs.Lines, line => line.Contains("gone or frozen", StringComparison.Ordinal) || line.Contains("pings in a row", StringComparison.Ordinal));
    }
}
