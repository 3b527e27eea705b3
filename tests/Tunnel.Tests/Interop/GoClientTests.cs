using System.Net;
using System.Security.Cryptography;
using Tunnel.Server;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Interop;

/// <summary>Our server, and a client made of the libraries that tun2 is made of.</summary>
public sealed class GoClientTests(GoToolchain go)
{
    [Fact]
    public async Task Thousands_of_requests_are_answered()
    {
        await using TunnelLab lab = await StartAsync();
        await using GoPeer client = await ConnectAsync(lab);

        await Parallel.ForAsync(0, 4000, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Wait.Cancel }, async (_, _) =>
            Assert.Equal("xxxxxxxxxxxxx", await lab.GetTextAsync()));

        await Wait.Until(() => lab.Server.GetAllBackends().Single().RequestsInFlight == 0, "nothing is left in flight but now and then a ping");
    }

    [Fact]
    public async Task The_request_arrives_as_it_was_sent()
    {
        await using TunnelLab lab = await StartAsync();
        await using GoPeer client = await ConnectAsync(lab);
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://lab.test/seen?a=%20b") { Content = new ByteArrayContent([1]) };
        request.Headers.ExpectContinue = true;

        using HttpResponseMessage answer = await lab.Server.SendAsync(request, Wait.Cancel).Soon();

        Assert.Equal("PUT /seen?a=%20b lab.test expect=\"\" connection=\"\"", await answer.Content.ReadAsStringAsync(Wait.Cancel));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(20_000_000)]
    public async Task Uploads_arrive_whole(int size)
    {
        await using TunnelLab lab = await StartAsync();
        await using GoPeer client = await ConnectAsync(lab);
        byte[] body = RandomNumberGenerator.GetBytes(size);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://lab.test/hash") { Content = new ByteArrayContent(body) };

        using HttpResponseMessage answer = await lab.Server.SendAsync(request, Wait.Cancel).Soon();

        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), await answer.Content.ReadAsStringAsync(Wait.Cancel).Soon());
    }

    [Theory]
    [InlineData("/bytes?n=50000000&counted=1")]
    [InlineData("/bytes?n=50000000")]
    public async Task Downloads_arrive_whole(string path)
    {
        await using TunnelLab lab = await StartAsync();
        await using GoPeer client = await ConnectAsync(lab);

        using HttpResponseMessage answer = await lab.GetAsync(path);

        Stream body = await answer.Content.ReadAsStreamAsync(Wait.Cancel);
        await AssertPatternAsync(body, 50_000_000);
    }

    [Fact]
    public async Task A_visitor_who_leaves_aborts_the_request_and_nothing_else()
    {
        await using TunnelLab lab = await StartAsync();
        await using GoPeer client = await ConnectAsync(lab);
        using var visitor = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://lab.test/slow");
        Task<HttpResponseMessage> waiting = lab.Server.SendAsync(request, visitor.Token);
        await client.SaysAsync("slow");

        await visitor.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        await client.SaysAsync("aborted");
        await lab.GetTextAsync();
        Assert.Equal(0, client.Count("ended"));
    }

    [Fact]
    public async Task A_visitor_who_leaves_in_mid_download_ends_that_stream_only()
    {
        await using TunnelLab lab = await StartAsync();
        await using GoPeer client = await ConnectAsync(lab);
        using (HttpResponseMessage answer = await lab.GetAsync("/bytes?n=1000000000"))
        {
            Stream body = await answer.Content.ReadAsStreamAsync(Wait.Cancel);
            await body.ReadExactlyAsync(new byte[1_000_000], Wait.Cancel).AsTask().Soon();
        }

        await lab.GetTextAsync();
        await Wait.Until(() => lab.Server.GetAllBackends().Single().RequestsInFlight == 0, "nothing is left in flight but now and then a ping");
    }

    [Fact]
    public async Task Wrong_credentials_are_refused_without_a_word()
    {
        await using TunnelLab lab = await StartAsync();
        await using GoPeer client = go.Start("client", "-address", $"127.0.0.1:{lab.Port}", "-token", "wrong");

        await client.SaysAsync("ended");

        Assert.Empty(lab.Server.GetAllBackends());
        await Wait.Until(() => lab.Logs.Lines.Any(line => line.Contains("authenication doesn't match", StringComparison.Ordinal)), "the reason is logged");
    }

    [Fact]
    public async Task A_killed_client_is_noticed_and_its_requests_fail_with_a_reason()
    {
        await using TunnelLab lab = await StartAsync();
        await using GoPeer client = await ConnectAsync(lab);
        Task<HttpResponseMessage> waiting = lab.GetAsync("/slow");
        await client.SaysAsync("slow");

        client.Kill();

        TunnelException reason = await Assert.ThrowsAsync<TunnelException>(async () => await waiting);
        Assert.Equal(TunnelError.ConnectionLost, reason.Error);
        await Wait.Until(() => lab.Server.GetAllBackends().Count == 0, "the connection is gone");
        using HttpResponseMessage after = await lab.GetAsync();
        Assert.Equal(HttpStatusCode.BadGateway, after.StatusCode);
    }

    [Fact]
    public async Task A_frozen_client_is_given_up_after_the_keep_alive_limit_and_others_serve_on()
    {
        await using TunnelLab lab = await StartAsync(options => options with
        {
            Smux = options.Smux with { KeepAliveInterval = TimeSpan.FromSeconds(0.5), KeepAliveTimeout = TimeSpan.FromSeconds(6) },
        });
        lab.Storage.AddRoute("other.test", "alice");
        await using GoPeer frozen = await ConnectAsync(lab);
        // Go's client sends a NOP each 10 s only: the pings keep this one alive.
        await using GoPeer other = go.Start("client", "-address", $"127.0.0.1:{lab.Port}", "-domain", "other.test");
        await Wait.Until(() => lab.Server.GetAllBackends().Count == 2, "both serve");

        await frozen.FreezeAsync();
        Task<HttpResponseMessage> waiting = lab.GetAsync();

        TunnelException reason = await Assert.ThrowsAsync<TunnelException>(async () => await waiting);
        Assert.Equal(TunnelError.ConnectionLost, reason.Error);
        Assert.Contains("gone or frozen", reason.Message, StringComparison.Ordinal);
        Assert.Equal("xxxxxxxxxxxxx", await lab.GetTextAsync(host: "other.test"));
        frozen.Thaw();
    }

    [Fact]
    public async Task Killing_a_backend_ends_its_client()
    {
        await using TunnelLab lab = await StartAsync();
        await using GoPeer client = await ConnectAsync(lab);

        await lab.Server.KillBackendAsync(lab.Server.GetAllBackends().Single().Id);

        await client.SaysAsync("ended");
        await Wait.Until(() => lab.Server.GetAllBackends().Count == 0, "the list is empty");
    }

    private static Task<TunnelLab> StartAsync(Func<TunnelServerOptions, TunnelServerOptions>? configure = null) =>
        TunnelLab.StartAsync(options => (configure?.Invoke(options) ?? options) with { PingInterval = TimeSpan.FromSeconds(0.5) });

    private async Task<GoPeer> ConnectAsync(TunnelLab lab)
    {
        GoPeer client = go.Start("client", "-address", $"127.0.0.1:{lab.Port}");
        await Wait.Until(() => lab.Server.GetAllBackends().Count == 1, "the Go client serves");
        return client;
    }

    internal static async Task AssertPatternAsync(Stream body, long count)
    {
        byte[] buffer = new byte[64 * 1024];
        long at = 0;
        int read;
        while ((read = await body.ReadAsync(buffer, Wait.Cancel).Soon()) > 0)
        {
            for (int i = 0; i < read; i++)
            {
                if (buffer[i] != (byte)((at + i) % (32 * 1024)))
                    Assert.Fail($"Byte {at + i} is {buffer[i]}.");
            }

            at += read;
        }

        Assert.Equal(count, at);
    }
}
