using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tests.Shared;

using Tunnel.Client;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Client;

public sealed class TunnelClientTests
{
    [Theory]
    [InlineData("ftp://backend/")]
    [InlineData("http://user:password@backend/")]
    [InlineData("http://backend/#fragment")]
    public void A_backend_that_cannot_be_is_refused_at_once(string backend) =>
        Assert.Throws<ArgumentException>(() => new TunnelClient(Options() with { Handler = null, BackendUrl = new Uri(backend) }));

    [Theory]
    [InlineData("no-port")]
    [InlineData("2001:db8::1:443")]
    [InlineData("host:99999")]
    public void An_address_that_is_not_host_and_port_is_refused_at_once(string server) =>
        Assert.Throws<FormatException>(() => new TunnelClient(Options() with { Server = server }));

    [Fact]
    public void Neither_options_nor_credentials_print_the_token()
    {
        Assert.DoesNotContain("hunter2", (Options() with { Token = "hunter2" }).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", new TunnelCredentials("hunter2", "d").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unreachable()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        int port = ((IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        await using var client = new TunnelClient(Options() with { Server = $"127.0.0.1:{port}" });

        TunnelException reason = await Assert.ThrowsAsync<TunnelException>(async () => await client.ConnectAsync(Wait.Cancel).Soon());

        Assert.Equal(TunnelError.Unreachable, reason.Error);
    }

    [Fact]
    public async Task A_server_that_accepts_and_stays_silent_is_given_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var client = new TunnelClient(Options() with { Server = silent.LocalEndpoint.ToString()!, ConnectTimeout = TimeSpan.FromSeconds(0.3) });

        TunnelException reason = await Assert.ThrowsAsync<TunnelException>(async () => await client.ConnectAsync(Wait.Cancel).Soon());

        Assert.Equal(TunnelError.TimedOut, reason.Error);
    }

    [Fact]
    public async Task It_comes_back_after_every_end_and_tells_its_status()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { PingInterval = TimeSpan.FromSeconds(0.1) });
        await using var client = new TunnelClient(lab.ClientOptions with { Handler = _ => Task.CompletedTask, MaxReconnectDelay = TimeSpan.FromMilliseconds(50) }, lab.Logs);
        var seen = new System.Collections.Concurrent.ConcurrentQueue<TunnelClientStatus>();
        client.StatusChanged += (_, _) => seen.Enqueue(client.Status);
        using var stop = new CancellationTokenSource();
        Task running = client.RunAsync(stop.Token);
        for (int i = 0; i < 3; i++)
        {
            await Wait.Until(() => client.Status == TunnelClientStatus.Serving && lab.Server.GetAllBackends().Count == 1, "the client serves");
            Guid id = lab.Server.GetAllBackends().Single().Id;
            await lab.Server.KillBackendAsync(id);
            await Wait.Until(() => lab.Server.GetAllBackends().All(backend => backend.Id != id), "the connection is gone");
        }

        await stop.CancelAsync();
        await running.Soon();

        Assert.Equal([TunnelClientStatus.Connecting, TunnelClientStatus.Serving, TunnelClientStatus.Disconnected], seen.Take(3));
        Assert.Equal(TunnelError.Killed, client.LastFailure!.Error);
    }

    [Fact]
    public async Task Pauses_between_attempts_double_up_to_the_configured_one()
    {
        var time = new ManualTimeProvider();
        var logs = new RecordingLoggerFactory();
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        string address = nobody.LocalEndpoint.ToString()!;
        nobody.Stop();
        await using var client = new TunnelClient(Options() with { Server = address, MaxReconnectDelay = TimeSpan.FromSeconds(8) }, logs, time);
        using var stop = new CancellationTokenSource();
        Task running = client.RunAsync(stop.Token);
        foreach (double seconds in new[] { 1.0, 2, 4, 8, 8 })
        {
            await Wait.Until(() => logs.Lines.Any() && client.Status == TunnelClientStatus.Disconnected, "an attempt has failed");
            int attempts = logs.Lines.Count();
            time.Advance(TimeSpan.FromSeconds(seconds * 0.79));
            Assert.Equal(attempts, logs.Lines.Count());
            await Wait.Until(() => AdvanceAndSee(time, () => logs.Lines.Count() > attempts), "the next attempt follows");
        }

        await stop.CancelAsync();
        await running.Soon();
    }

    [Fact]
    public async Task A_web_server_behind_the_client_is_reached_with_the_visitors_Host_and_the_servers_address_appended()
    {
        await using WebApplication backend = await StartBackendAsync(async context =>
            await context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path} {context.Request.Host} [{context.Request.Headers["X-Forwarded-For"]}]"));
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(lab.ClientOptions with { BackendUrl = new Uri(backend.Urls.Single() + "/base") });
        using var request = new HttpRequestMessage(HttpMethod.Delete, "http://lab.test/x");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", "198.51.100.7");

        using HttpResponseMessage answer = await lab.Server.SendAsync(request, Wait.Cancel).Soon();

        string text = await answer.Content.ReadAsStringAsync(Wait.Cancel);
        Assert.Matches(@"^DELETE /base/x lab\.test \[198\.51\.100\.7, (::1|127\.0\.0\.1|::ffff:127\.0\.0\.1)\]$", text);
    }

    [Fact]
    public async Task A_backend_may_answer_while_it_still_reads()
    {
        await using WebApplication backend = await StartBackendAsync(context => context.Request.Body.CopyToAsync(context.Response.Body));
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(lab.ClientOptions with { BackendUrl = new Uri(backend.Urls.Single()) });
        byte[] body = new byte[16 * 1024 * 1024];
        Random.Shared.NextBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://lab.test/") { Content = new ByteArrayContent(body) };

        using HttpResponseMessage answer = await lab.Server.SendAsync(request, Wait.Cancel).Soon();

        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(Wait.Cancel).Soon());
    }

    [Fact]
    public async Task A_backend_that_is_down_gives_502_and_redirects_are_passed_on_and_not_followed()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        WebApplication backend = await StartBackendAsync(context =>
        {
            context.Response.Redirect("http://169.254.169.254/secret");
            return Task.CompletedTask;
        });
        await lab.ConnectAsync(lab.ClientOptions with { BackendUrl = new Uri(backend.Urls.Single()) });
        using (HttpResponseMessage redirect = await lab.GetAsync())
            Assert.Equal("http://169.254.169.254/secret", redirect.Headers.Location!.OriginalString);

        await backend.DisposeAsync();

        using HttpResponseMessage down = await lab.GetAsync();
        Assert.Equal((HttpStatusCode.BadGateway, 0), (down.StatusCode, (await down.Content.ReadAsByteArrayAsync(Wait.Cancel)).Length));
        Assert.Single(lab.Server.GetAllBackends(), entry => entry.Usable);
    }

    [Fact]
    public async Task An_application_of_its_own_serves_the_tunnel_beside_its_other_addresses()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        var client = new TunnelClient(lab.ClientOptions);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTunnel(client).ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        await using WebApplication app = builder.Build();
        app.MapGet("/name/{name}", (string name) => $"hello {name}");
        await app.StartAsync(Wait.Cancel);
        await using var serving = new ServingClient(client);
        await Wait.Until(() => lab.Server.GetAllBackends().Count == 1, "the client is in");

        Assert.Equal("hello tunnel", await lab.GetTextAsync("/name/tunnel"));
        using var direct = new HttpClient();
        string tcp = app.Urls.Single(url => url.StartsWith("http://127", StringComparison.Ordinal));
        Assert.Equal("hello tcp", await direct.GetStringAsync(new Uri(tcp + "/name/tcp"), Wait.Cancel));
    }

    [Fact]
    public async Task A_raw_stream_through_the_server_reaches_the_client()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(context => context.Response.WriteAsync("raw"));
        await using Stream stream = lab.Server.GetConnection(TunnelLab.Domain).OpenStream();

        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray(), Wait.Cancel);

        using var reader = new StreamReader(stream, Encoding.ASCII);
        Assert.Contains("raw", await reader.ReadToEndAsync(Wait.Cancel).Soon(), StringComparison.Ordinal);
    }

    private static bool AdvanceAndSee(ManualTimeProvider time, Func<bool> condition)
    {
        time.Advance(TimeSpan.FromMilliseconds(100));
        return condition();
    }

    private static TunnelClientOptions Options() => new() { Server = "localhost:1", Token = "t", Domain = "lab.test", Handler = _ => Task.CompletedTask };

    private static async Task<WebApplication> StartBackendAsync(RequestDelegate handler)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        WebApplication app = builder.Build();
        app.Run(handler);
        await app.StartAsync(Wait.Cancel);
        return app;
    }
}
