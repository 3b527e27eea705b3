using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Tunnel.Server;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Server;

/// <summary>A visitor at the public listener, a handler at the far end.</summary>
public sealed class ForwarderTests
{
    [Fact]
    public async Task A_visitors_request_passes_and_what_it_claims_about_itself_does_not()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(context => context.Response.WriteAsync(
            $"{context.Request.Headers["X-Forwarded-For"]}|{context.Request.Headers["X-Forwarded-Proto"]}|{context.Request.Headers["X-Forwarded-Host"]}|{context.Request.Headers["X-Forwarded-User"]}|{context.Request.Headers["Forwarded"]}|{context.Request.Headers["X-Private"]}"));
        await using WebApplication edge = await StartEdgeAsync(lab);

        string answer = await AskAsync(edge, "GET /a%2Fb HTTP/1.1\r\nHost: lab.test\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-User: root\r\nForwarded: for=x\r\nConnection: close, X-Private\r\nX-Private: 1\r\n\r\n");

        Assert.Contains("127.0.0.1|http|lab.test|||", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: lab.test\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: lab.test\r\nHost: other.test\r\nConnection: close\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: *.test\r\nConnection: close\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: lab.test\r\nX: a\r\n folded\r\nConnection: close\r\n\r\n")]
    [InlineData("CONNECT lab.test:443 HTTP/1.1\r\nHost: lab.test:443\r\nConnection: close\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: lab.test\r\nConnection: close\r\n\r\n")]
    public async Task What_could_be_read_in_two_ways_never_enters_the_tunnel(string request)
    {
        int reached = 0;
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { PingInterval = TimeSpan.FromHours(1) });
        await lab.ConnectAsync(_ =>
        {
            Interlocked.Increment(ref reached);
            return Task.CompletedTask;
        });
        await using WebApplication edge = await StartEdgeAsync(lab);

        string answer = await AskAsync(edge, request);

        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        Assert.Equal(0, reached);
    }

    [Fact]
    public async Task Headers_that_bind_the_public_name_are_dropped()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(context =>
        {
            context.Response.Headers.AltSvc = "h3=\":443\"";
            context.Response.Headers.StrictTransportSecurity = "max-age=31536000";
            context.Response.Headers["X-Kept"] = "yes";
            return Task.CompletedTask;
        });
        await using WebApplication edge = await StartEdgeAsync(lab);

        string answer = await AskAsync(edge, "GET / HTTP/1.1\r\nHost: lab.test\r\nConnection: close\r\n\r\n");

        Assert.Contains("X-Kept: yes", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Alt-Svc", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Strict-Transport-Security", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_requests_of_one_visitor_are_answered_503_and_others_are_served()
    {
        var hold = new TaskCompletionSource();
        int reached = 0;
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { PingInterval = TimeSpan.FromHours(1) });
        await lab.ConnectAsync(async _ =>
        {
            Interlocked.Increment(ref reached);
            await hold.Task;
        });
        await using WebApplication edge = await StartEdgeAsync(lab, new TunnelForwarderOptions { MaxRequestsPerVisitor = 2 });
        const string Request = "GET / HTTP/1.1\r\nHost: lab.test\r\nConnection: close\r\n\r\n";
        Task<string>[] first = [AskAsync(edge, Request), AskAsync(edge, Request)];
        await Wait.Until(() => reached == 2, "two are on their way");

        string third = await AskAsync(edge, Request);

        Assert.StartsWith("HTTP/1.1 503", third, StringComparison.Ordinal);
        hold.SetResult();
        Assert.All(await Task.WhenAll(first).Soon(), answer => Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 200", await AskAsync(edge, Request), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tunnel_that_breaks_in_mid_answer_breaks_the_visitors_connection_too()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(async context =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await using WebApplication edge = await StartEdgeAsync(lab);

        string answer = await AskAsync(edge, "GET / HTTP/1.1\r\nHost: lab.test\r\nConnection: close\r\n\r\n");

        Assert.DoesNotContain("\r\n0\r\n\r\n", answer, StringComparison.Ordinal); // no end of a chunked body
    }

    [Fact]
    public async Task Upgrades_pass_when_the_edge_allows_them()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(
            async context =>
            {
                context.Response.Headers.Upgrade = "echo";
                await using Stream both = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
                await both.CopyToAsync(both);
            },
            options => options with { Extensions = Tunnel.Client.TunnelExtensions.Require });
        await using WebApplication edge = await StartEdgeAsync(lab, new TunnelForwarderOptions { AllowUpgrade = context => context.Request.Path == "/ws" });
        using var visitor = new TcpClient("127.0.0.1", new Uri(edge.Urls.Single()).Port);
        NetworkStream stream = visitor.GetStream();

        await stream.WriteAsync("GET /ws HTTP/1.1\r\nHost: lab.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"u8.ToArray(), Wait.Cancel);

        string head = "";
        byte[] one = new byte[1];
        while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            Assert.Equal(1, await stream.ReadAsync(one, Wait.Cancel).Soon());
            head += (char)one[0];
        }

        Assert.StartsWith("HTTP/1.1 101", head, StringComparison.Ordinal);
        await stream.WriteAsync("ping"u8.ToArray(), Wait.Cancel);
        byte[] back = new byte[4];
        await stream.ReadExactlyAsync(back, Wait.Cancel).AsTask().Soon();
        Assert.Equal("ping"u8.ToArray(), back);
    }

    private static async Task<string> AskAsync(WebApplication edge, string request)
    {
        using var visitor = new TcpClient("127.0.0.1", new Uri(edge.Urls.Single()).Port);
        await visitor.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Wait.Cancel);
        using var answer = new MemoryStream();
        try
        {
            await visitor.GetStream().CopyToAsync(answer, Wait.Cancel).Soon();
        }
        catch (IOException)
        {
            // broken off: what had come is the answer
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }

    private static async Task<WebApplication> StartEdgeAsync(TunnelLab lab, TunnelForwarderOptions? options = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Run(new TunnelForwarder(lab.Server, options).InvokeAsync);
        await app.StartAsync(Wait.Cancel);
        return app;
    }
}
