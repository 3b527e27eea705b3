using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using Tunnel.Carriers;
using Tunnel.Smux;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Interop;

/// <summary>Sessions of both versions with Go's smux at the other end, without a tunnel around them.</summary>
public sealed class GoSmuxTests(GoToolchain go)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Many_streams_echo_what_they_are_sent(int version)
    {
        await using GoPeer server = await go.ListenAsync("smux-server", "-smux", $"{version}");
        await using SmuxSession session = await DialAsync(server, version);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            byte[] data = RandomNumberGenerator.GetBytes(700_000); // beyond every window of version 2
            await using SmuxStream stream = session.OpenStream();
            await stream.WriteAsync("e"u8.ToArray(), Wait.Cancel).Soon();
            Task writing = stream.WriteAsync(data, Wait.Cancel).Soon();
            byte[] back = new byte[data.Length];
            await stream.ReadExactlyAsync(back, Wait.Cancel).Soon();
            await writing;
            Assert.Equal(data, back);
        }));

        Assert.Null(session.CloseReason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_stream_closed_in_mid_flow_leaves_the_others_alone(int version)
    {
        await using GoPeer server = await go.ListenAsync("smux-server", "-smux", $"{version}");
        await using SmuxSession session = await DialAsync(server, version);
        for (int i = 0; i < 20; i++)
        {
            await using SmuxStream stream = session.OpenStream();
            await stream.WriteAsync("g"u8.ToArray(), Wait.Cancel).Soon();
            await stream.ReadExactlyAsync(new byte[500_000], Wait.Cancel).Soon();
        }

        await using SmuxStream echo = session.OpenStream();
        await echo.WriteAsync("e!"u8.ToArray(), Wait.Cancel).Soon();
        byte[] one = new byte[1];
        await echo.ReadExactlyAsync(one, Wait.Cancel).Soon();

        Assert.Equal((byte)'!', one[0]);
        Assert.Equal(0, session.Buffered);
    }

    private static async Task<SmuxSession> DialAsync(GoPeer server, int version)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", server.Port(), Wait.Cancel);
        var tls = new SslStream(new SocketStream(socket));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == TestCertificates.Localhost.GetCertHashString(),
            },
            Wait.Cancel).Soon();
        return new SmuxSession(tls, SmuxRole.Client, new SmuxOptions { Version = version });
    }
}
