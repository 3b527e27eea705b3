using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tunnel.Client;
using Tunnel.Server;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Server;

public sealed class RoundTripTests
{
    public static TheoryData<TunnelExtensions> BothWays => [TunnelExtensions.Off, TunnelExtensions.Require];

    [Theory]
    [MemberData(nameof(BothWays))]
    public async Task A_request_reaches_the_handler_and_its_answer_comes_back(TunnelExtensions extensions)
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(
            async context =>
            {
                context.Response.Headers["X-Seen"] = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.Host}";
                await context.Response.WriteAsync("hello");
            },
            options => options with { Extensions = extensions });

        using HttpResponseMessage answer = await lab.GetAsync("/a%2Fb?q=1");

        Assert.Equal("GET /a%2Fb?q=1 lab.test", answer.Headers.GetValues("X-Seen").Single());
        Assert.Equal("hello", await answer.Content.ReadAsStringAsync(Wait.Cancel));
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public async Task Uploads_arrive_whole_counted_or_chunked(TunnelExtensions extensions)
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(HashBodyAsync, options => options with { Extensions = extensions });
        foreach (int size in new[] { 0, 1, 4096, 70_000, 5_000_000 })
        {
            byte[] body = RandomNumberGenerator.GetBytes(size);
            foreach (bool chunked in new[] { false, true })
            {
                using HttpContent content = chunked ? new StreamContent(new Unseekable(body)) : new ByteArrayContent(body);
                using var request = new HttpRequestMessage(HttpMethod.Post, "http://lab.test/") { Content = content };

                using HttpResponseMessage answer = await lab.Server.SendAsync(request, Wait.Cancel).Soon();

                Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), await answer.Content.ReadAsStringAsync(Wait.Cancel).Soon());
            }
        }
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public async Task Downloads_arrive_whole_counted_or_chunked(TunnelExtensions extensions)
    {
        byte[] body = RandomNumberGenerator.GetBytes(6_000_000);
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(
            async context =>
            {
                if (context.Request.Path == "/counted")
                    context.Response.ContentLength = body.Length;
                await context.Response.Body.WriteAsync(body);
            },
            options => options with { Extensions = extensions });

        foreach (string path in new[] { "/counted", "/chunked" })
        {
            using HttpResponseMessage answer = await lab.GetAsync(path);
            Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(Wait.Cancel).Soon());
        }
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public async Task Both_bodies_may_travel_at_once(TunnelExtensions extensions)
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(
            context => context.Request.Body.CopyToAsync(context.Response.Body),
            options => options with { Extensions = extensions });
        byte[] body = RandomNumberGenerator.GetBytes(16 * 1024 * 1024);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://lab.test/") { Content = new ByteArrayContent(body) };

        using HttpResponseMessage answer = await lab.Server.SendAsync(request, Wait.Cancel).Soon();

        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(Wait.Cancel).Soon());
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public async Task Many_requests_at_once_get_their_own_answers(TunnelExtensions extensions)
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(
            context => context.Response.WriteAsync(context.Request.Path),
            options => options with { Extensions = extensions });

        await Parallel.ForAsync(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Wait.Cancel }, async (i, _) =>
            Assert.Equal($"/{i}", await lab.GetTextAsync($"/{i}")));

        await Wait.Until(() => lab.Server.GetAllBackends().Single().RequestsInFlight == 0, "nothing is left in flight but now and then a ping");
    }

    [Fact]
    public async Task HEAD_204_and_304_have_no_body_whatever_they_announce()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(context =>
        {
            if (context.Request.Method == "HEAD")
                context.Response.ContentLength = 1000;
            else
                context.Response.StatusCode = int.Parse(context.Request.Path.Value![1..], System.Globalization.CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });

        foreach ((HttpMethod method, string path) in new[] { (HttpMethod.Head, "/"), (HttpMethod.Get, "/204"), (HttpMethod.Get, "/304") })
        {
            using var request = new HttpRequestMessage(method, "http://lab.test" + path);
            using HttpResponseMessage answer = await lab.Server.SendAsync(request, Wait.Cancel).Soon();
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Wait.Cancel).Soon());
        }
    }

    [Fact]
    public async Task A_visitor_who_leaves_aborts_the_backends_request_and_nothing_else()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        var aborted = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        await lab.ConnectAsync(async context =>
        {
            if (context.Request.Path == "/slow")
            {
                context.RequestAborted.Register(() => aborted.TrySetResult());
                started.SetResult();
                await aborted.Task;
            }
        });
        using var visitor = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://lab.test/slow");
        Task<HttpResponseMessage> waiting = lab.Server.SendAsync(request, visitor.Token);
        await started.Task.Soon();

        await visitor.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        await aborted.Task.Soon();
        Assert.Equal("", await lab.GetTextAsync());
        Assert.Single(lab.Server.GetAllBackends(), backend => backend.Usable);
    }

    [Fact]
    public async Task A_failed_request_does_not_end_the_tunnel()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(context =>
        {
            if (context.Request.Path == "/crash")
                context.Abort();
            return context.Response.WriteAsync("fine");
        });
        Guid before = lab.Server.GetAllBackends().Single().Id;

        TunnelException failure = await Assert.ThrowsAsync<TunnelException>(async () => await lab.GetAsync("/crash"));

        Assert.Equal(TunnelError.CannotReadResponse, failure.Error);
        Assert.StartsWith("tun2: connection stream can't read response", failure.Message, StringComparison.Ordinal);
        Assert.Equal("fine", await lab.GetTextAsync());
        Assert.Equal(before, lab.Server.GetAllBackends().Single().Id);
    }

    [Fact]
    public async Task Between_new_ends_a_stream_is_used_for_many_requests()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        List<string> connections = [];
        await lab.ConnectAsync(
            context =>
            {
                lock (connections)
                    connections.Add(context.Connection.Id);
                return Task.CompletedTask;
            },
            options => options with { Extensions = TunnelExtensions.Require });

        for (int i = 0; i < 10; i++)
            await lab.GetTextAsync();

        lock (connections)
            Assert.InRange(connections.Distinct().Count(), 1, 3); // a ping may have taken one
    }

    [Fact]
    public async Task With_an_end_that_may_be_Go_every_request_has_a_stream_of_its_own()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        List<string> connections = [];
        await lab.ConnectAsync(context =>
        {
            lock (connections)
                connections.Add(context.Connection.Id);
            return Task.CompletedTask;
        });

        for (int i = 0; i < 10; i++)
            await lab.GetTextAsync();

        lock (connections)
            Assert.Equal(connections.Count, connections.Distinct().Count());
    }

    [Fact]
    public async Task Between_new_ends_a_request_may_change_the_protocol_when_it_is_allowed()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(EchoUpgradedAsync, options => options with { Extensions = TunnelExtensions.Require });
        using HttpRequestMessage request = UpgradeRequest(allow: true);

        using HttpResponseMessage answer = await lab.Server.SendAsync(request, Wait.Cancel).Soon();

        Assert.Equal(HttpStatusCode.SwitchingProtocols, answer.StatusCode);
        Assert.Equal("echo", answer.Headers.Upgrade.Single().Name);
        Stream both = await answer.Content.ReadAsStreamAsync(Wait.Cancel);
        await both.WriteAsync("ping"u8.ToArray(), Wait.Cancel);
        byte[] back = new byte[4];
        await both.ReadExactlyAsync(back, Wait.Cancel).Soon();
        Assert.Equal("ping"u8.ToArray(), back);
    }

    [Theory]
    [InlineData(TunnelExtensions.Require, false)]
    [InlineData(TunnelExtensions.Off, true)]
    public async Task Otherwise_the_request_travels_without_its_wish(TunnelExtensions extensions, bool allow)
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await lab.ConnectAsync(EchoUpgradedAsync, options => options with { Extensions = extensions });
        using HttpRequestMessage request = UpgradeRequest(allow);

        using HttpResponseMessage answer = await lab.Server.SendAsync(request, Wait.Cancel).Soon();

        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
    }

    [Fact]
    public async Task When_all_connections_are_full_the_answer_is_503()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { MaxRequestsPerConnection = 1, PingInterval = TimeSpan.FromHours(1) });
        var hold = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        await lab.ConnectAsync(async _ =>
        {
            started.TrySetResult();
            await hold.Task;
        });
        Task<string> first = lab.GetTextAsync();
        await started.Task.Soon();

        using HttpResponseMessage second = await lab.GetAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        hold.SetResult();
        await first;
    }

    [Fact]
    public async Task Without_a_connection_the_answer_is_the_502_page_which_escapes_and_echoes_nothing()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://lab.test/");
        request.Headers.TryAddWithoutValidation("Host", "<script>alert(1)</script>");
        request.Headers.TryAddWithoutValidation("X-Request-Id", "<b>42</b>");
        request.Headers.TryAddWithoutValidation("Cookie", "session=secret");

        using HttpResponseMessage answer = await lab.Server.SendAsync(request, Wait.Cancel).Soon();

        string page = await answer.Content.ReadAsStringAsync(Wait.Cancel);
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Contains("<title>no backends connected</title>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;42&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Empty(answer.Headers);
        Assert.DoesNotContain("secret", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interim_answers_are_skipped_and_Expect_is_not_sent()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        string? expect = "unset";
        await lab.ConnectAsync(async context =>
        {
            expect = context.Request.Headers.Expect;
            await HashBodyAsync(context);
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://lab.test/") { Content = new ByteArrayContent([1, 2, 3]) };
        request.Headers.ExpectContinue = true;

        using HttpResponseMessage answer = await lab.Server.SendAsync(request, Wait.Cancel).Soon();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(string.IsNullOrEmpty(expect));
        Assert.Equal(Convert.ToHexString(SHA256.HashData([1, 2, 3])), await answer.Content.ReadAsStringAsync(Wait.Cancel));
    }

    internal static async Task HashBodyAsync(HttpContext context)
    {
        byte[] hash = await SHA256.HashDataAsync(context.Request.Body);
        await context.Response.WriteAsync(Convert.ToHexString(hash));
    }

    private static async Task EchoUpgradedAsync(HttpContext context)
    {
        IHttpUpgradeFeature upgrade = context.Features.GetRequiredFeature<IHttpUpgradeFeature>();
        if (!upgrade.IsUpgradableRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        context.Response.Headers.Upgrade = "echo";
        await using Stream both = await upgrade.UpgradeAsync();
        await both.CopyToAsync(both);
    }

    private static HttpRequestMessage UpgradeRequest(bool allow)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "http://lab.test/");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "echo");
        request.Options.Set(TunnelServer.AllowUpgrade, allow);
        return request;
    }

    /// <summary>A body whose length nobody knows beforehand.</summary>
    private sealed class Unseekable(byte[] data) : MemoryStream(data)
    {
        public override bool CanSeek => false;
    }
}
