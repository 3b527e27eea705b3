using System.Net;
using System.Net.Sockets;
using Tunnel.Client;
using Tunnel.Kcp;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Kcp;

public sealed class KcpCarrierTests
{
    [Fact]
    public async Task UDP_is_off_unless_it_is_enabled()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await lab.Server.ListenAsync("127.0.0.1:0", CarrierProtocol.Udp, cancellationToken: Wait.Cancel));
    }

    [Fact]
    public async Task Our_ends_speak_over_UDP_in_both_families_with_fast_settings()
    {
        byte[] body = new byte[3_000_000];
        Random.Shared.NextBytes(body);
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { Kcp = KcpOptions.Fast });
        IReadOnlyList<IPEndPoint> bound = await lab.Server.ListenAsync("*:0", CarrierProtocol.Udp, cancellationToken: Wait.Cancel);
        foreach (string host in new[] { "127.0.0.1", "[::1]" })
        {
            TunnelClient client = await lab.ConnectAsync(
                context => context.Response.Body.WriteAsync(body).AsTask(),
                options => options with { Server = $"{host}:{bound[0].Port}", Protocol = CarrierProtocol.Udp, Kcp = KcpOptions.Fast, Extensions = TunnelExtensions.Require });

            using HttpResponseMessage answer = await lab.GetAsync();

            Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(Wait.Cancel).Soon());
            await lab.Server.KillBackendAsync(lab.Server.GetAllBackends().Single().Id);
            Assert.Equal(TunnelError.Killed, (await lab.EndOf(client)).Error);
            await Wait.Until(() => lab.Server.GetAllBackends().Count == 0, "the connection is gone");
        }
    }

    [Fact]
    public async Task Strangers_datagrams_make_no_sessions_and_get_no_answers()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var listener = new KcpListener(socket, new KcpOptions(), TimeProvider.System);
        using var stranger = new UdpClient("127.0.0.1", ((IPEndPoint)socket.LocalEndPoint!).Port);
        byte[] late = new byte[KcpSegment.HeaderSize + 1];
        new KcpSegment(1, KcpCommand.Push, 32, 0, Number: 5, 0, 1).Write(late);
        byte[] begin = new byte[KcpSegment.HeaderSize + 1];
        new KcpSegment(1, KcpCommand.Push, 32, 0, Number: 0, 0, 1).Write(begin);

        await stranger.SendAsync(new byte[200], Wait.Cancel);
        await stranger.SendAsync(late, Wait.Cancel);
        Assert.Equal(0, listener.Count);
        await stranger.SendAsync(begin, Wait.Cancel);

        KcpConnection accepted = await listener.AcceptAsync(Wait.Cancel).Soon();
        Assert.Equal(1, listener.Count);
        await accepted.DisposeAsync();
        Assert.Equal(0, listener.Count);
    }

    [Fact]
    public async Task One_address_has_a_limited_number_of_sessions()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var listener = new KcpListener(socket, new KcpOptions { MaxSessionsPerAddress = 3 }, TimeProvider.System);
        byte[] begin = new byte[KcpSegment.HeaderSize + 1];
        new KcpSegment(1, KcpCommand.Push, 32, 0, 0, 0, 1).Write(begin);

        for (int i = 0; i < 10; i++)
        {
            using var client = new UdpClient("127.0.0.1", ((IPEndPoint)socket.LocalEndPoint!).Port);
            await client.SendAsync(begin, Wait.Cancel);
        }

        for (int i = 0; i < 3; i++)
            await listener.AcceptAsync(Wait.Cancel).Soon();
        Assert.Equal(3, listener.Count);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unreachable_by_UDP_too()
    {
        using var nobody = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)nobody.Client.LocalEndPoint!).Port;
        nobody.Dispose();
        await using var client = new TunnelClient(new TunnelClientOptions
        {
            Server = $"127.0.0.1:{port}", Token = "t", Domain = "lab.test", Protocol = CarrierProtocol.Udp, Handler = _ => Task.CompletedTask,
        });

        TunnelException reason = await Assert.ThrowsAsync<TunnelException>(async () => await client.ConnectAsync(Wait.Cancel).Soon());

        Assert.Equal(TunnelError.Unreachable, reason.Error);
    }

    [Fact]
    public async Task A_silent_UDP_peer_is_dropped_after_the_TLS_limit()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { Kcp = new KcpOptions(), TlsTimeout = TimeSpan.FromSeconds(0.5) });
        IReadOnlyList<IPEndPoint> bound = await lab.Server.ListenAsync("127.0.0.1:0", CarrierProtocol.Udp, cancellationToken: Wait.Cancel);
        using var silent = new UdpClient("127.0.0.1", bound[0].Port);
        byte[] begin = new byte[KcpSegment.HeaderSize + 1];
        new KcpSegment(1, KcpCommand.Push, 32, 0, 0, 0, 1).Write(begin);

        await silent.SendAsync(begin, Wait.Cancel);

        await Wait.Until(() => lab.Logs.Lines.Any(line => line.Contains("no TLS within 0.5 s", StringComparison.Ordinal)), "the peer is refused");
    }
}
