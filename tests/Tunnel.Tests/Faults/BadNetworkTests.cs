using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Tunnel.Client;
using Tunnel.Kcp;
using Tunnel.Smux;
using Tunnel.Tests.Interop;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Faults;

/// <summary>Five per cent lost and 200 ms there and back, with Go's client and with ours, over both carriers; and wires that are cut.</summary>
public sealed class BadNetworkTests(GoToolchain go)
{
    private const double Loss = 0.05;
    private static readonly TimeSpan s_oneWay = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] s_body = RandomNumberGenerator.GetBytes(400_000);

    [Theory]
    [InlineData(CarrierProtocol.Tcp, TunnelExtensions.Off)]
    [InlineData(CarrierProtocol.Tcp, TunnelExtensions.Require)]
    [InlineData(CarrierProtocol.Udp, TunnelExtensions.Require)]
    public async Task Our_ends_serve_over_it(CarrierProtocol protocol, TunnelExtensions extensions)
    {
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { Kcp = KcpOptions.Fast });
        await using BadNetwork network = await BetweenAsync(lab, protocol);
        await lab.ConnectAsync(
            context => context.Response.Body.WriteAsync(s_body).AsTask(),
            options => options with { Server = $"127.0.0.1:{network.Port}", Protocol = protocol, Kcp = KcpOptions.Fast, Extensions = extensions });

        byte[][] bodies = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            using HttpResponseMessage answer = await lab.GetAsync();
            return await answer.Content.ReadAsByteArrayAsync(Wait.Cancel).Soon();
        }));

        Assert.All(bodies, body => Assert.Equal(s_body, body));
        Assert.True(network.Lost > 0);
        Assert.True(lab.Server.GetAllBackends().Single().Usable);
    }

    [Theory]
    [InlineData(CarrierProtocol.Tcp, 400_000)]
    [InlineData(CarrierProtocol.Udp, 40_000)] // tun2's settings: 32 segments a round trip at best
    public async Task A_Go_client_serves_over_it(CarrierProtocol protocol, int size)
    {
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { Kcp = new KcpOptions() });
        await using BadNetwork network = await BetweenAsync(lab, protocol);
        await using GoPeer client = go.Start("client", "-carrier", protocol == CarrierProtocol.Udp ? "kcp" : "tcp", "-address", $"127.0.0.1:{network.Port}");
        await Wait.Until(() => lab.Server.GetAllBackends().Count == 1, "the Go client serves");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => Assert.Equal("xxxxxxxxxxxxx", await lab.GetTextAsync())));
        using HttpResponseMessage download = await lab.GetAsync($"/bytes?n={size}");

        await GoClientTests.AssertPatternAsync(await download.Content.ReadAsStreamAsync(Wait.Cancel), size);
    }

    [Fact]
    public async Task A_cut_wire_is_noticed_by_both_ends_with_a_reason_and_other_connections_live_on()
    {
        SmuxOptions Impatient(SmuxOptions smux) => smux with { KeepAliveInterval = TimeSpan.FromSeconds(0.5), KeepAliveTimeout = TimeSpan.FromSeconds(6) };
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { Smux = Impatient(options.Smux) });
        lab.Storage.AddRoute("other.test", "alice");
        await using BadNetwork network = BadNetwork.Tcp(lab.Port, TimeSpan.Zero);
        TunnelClient cut = await lab.ConnectAsync(
            context => context.Response.WriteAsync("x"), options => options with { Server = $"127.0.0.1:{network.Port}", Smux = Impatient(options.Smux) });
        TunnelClient other = await lab.ConnectAsync(
            context => context.Response.WriteAsync("x"), options => options with { Domain = "other.test", Smux = Impatient(options.Smux) });
        Assert.Equal("x", await lab.GetTextAsync());

        network.Cut();
        TunnelException waiting = await Assert.ThrowsAsync<TunnelException>(async () => await lab.GetAsync());

        Assert.Equal(TunnelError.ConnectionLost, waiting.Error);
        Assert.Contains("gone or frozen", waiting.Message, StringComparison.Ordinal);
        Assert.Contains("gone or frozen", (await lab.EndOf(cut)).Message, StringComparison.Ordinal);
        Assert.Equal("x", await lab.GetTextAsync(host: "other.test"));
        Assert.False(lab.Running(other).IsCompleted);
    }

    [Fact]
    public async Task One_stalled_visitor_does_not_stop_the_others_between_new_ends()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(
            async context =>
            {
                byte[] block = new byte[64 * 1024];
                while (context.Request.Path == "/endless" && !context.RequestAborted.IsCancellationRequested)
                    await context.Response.Body.WriteAsync(block, context.RequestAborted);
                await context.Response.WriteAsync("x");
            },
            options => options with { Extensions = TunnelExtensions.Require });
        using HttpResponseMessage unread = await lab.GetAsync("/endless");

        for (int i = 0; i < 100; i++)
            Assert.Equal("x", await lab.GetTextAsync());
    }

    [Fact]
    public async Task With_a_Go_client_a_stalled_visitor_is_cut_off_after_the_stall_limit_and_the_others_go_on()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { Smux = options.Smux with { StallTimeout = TimeSpan.FromSeconds(1) } });
        await using GoPeer client = go.Start("client", "-address", $"127.0.0.1:{lab.Port}");
        await Wait.Until(() => lab.Server.GetAllBackends().Count == 1, "the Go client serves");
        using HttpResponseMessage unread = await lab.GetAsync("/bytes?n=1000000000");
        await Wait.Until(() => lab.Server.GetConnection(TunnelLab.Domain).Session.IsPaused, "the receive buffer is used up");

        Assert.Equal("xxxxxxxxxxxxx", await lab.GetTextAsync());

        Stream body = await unread.Content.ReadAsStreamAsync(Wait.Cancel);
        TunnelException reason = await Assert.ThrowsAsync<TunnelException>(async () => await body.CopyToAsync(Stream.Null, Wait.Cancel).Soon());
        Assert.Contains("nobody read", reason.Message, StringComparison.Ordinal);
    }

    private static async Task<BadNetwork> BetweenAsync(TunnelLab lab, CarrierProtocol protocol)
    {
        if (protocol == CarrierProtocol.Tcp)
            return BadNetwork.Tcp(lab.Port, s_oneWay, Loss);
        IReadOnlyList<IPEndPoint> bound = await lab.Server.ListenAsync("127.0.0.1:0", CarrierProtocol.Udp, cancellationToken: Wait.Cancel);
        return BadNetwork.Udp(bound[0].Port, s_oneWay, Loss);
    }
}
