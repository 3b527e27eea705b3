using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Tunnel.Client;
using Tunnel.Tests.Server;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Interop;

/// <summary>Our client, and a server made of the libraries that tun2 is made of, with visitors that speak to the server's public port.</summary>
public sealed class GoServerTests(GoToolchain go) : IDisposable
{
    private readonly HttpClient _visitor = new() { Timeout = Wait.Limit };

    [Fact]
    public async Task Thousands_of_requests_are_answered()
    {
        await using GoPeer server = await go.ListenAsync("server");
        await using ServingClient client = await ServeAsync(server, context => context.Response.WriteAsync("hello"));

        await Parallel.ForAsync(0, 4000, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Wait.Cancel }, async (_, cancel) =>
            Assert.Equal("hello", await _visitor.GetStringAsync(Url(server), cancel)));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(20_000_000)]
    public async Task Uploads_and_downloads_arrive_whole(int size)
    {
        await using GoPeer server = await go.ListenAsync("server");
        await using ServingClient client = await ServeAsync(server, context => context.Request.Path == "/hash"
            ? RoundTripTests.HashBodyAsync(context)
            : context.Response.Body.WriteAsync(Pattern(size)).AsTask());
        byte[] body = RandomNumberGenerator.GetBytes(size);

        using HttpResponseMessage hash = await _visitor.PostAsync(Url(server, "/hash"), new ByteArrayContent(body), Wait.Cancel);
        byte[] down = await _visitor.GetByteArrayAsync(Url(server), Wait.Cancel);

        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), await hash.Content.ReadAsStringAsync(Wait.Cancel));
        Assert.Equal(Pattern(size), down);
    }

    [Fact]
    public async Task A_visitor_who_leaves_aborts_the_request_and_nothing_else()
    {
        var started = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        await using GoPeer server = await go.ListenAsync("server");
        await using ServingClient client = await ServeAsync(server, async context =>
        {
            if (context.Request.Path != "/slow")
                return;
            context.RequestAborted.Register(() => aborted.TrySetResult());
            started.SetResult();
            await aborted.Task;
        });
        using var visitor = new CancellationTokenSource();
        Task waiting = _visitor.GetAsync(Url(server, "/slow"), visitor.Token);
        await started.Task.Soon();

        await visitor.CancelAsync();

        await aborted.Task.Soon();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        Assert.Equal("", await _visitor.GetStringAsync(Url(server), Wait.Cancel));
    }

    [Fact]
    public async Task The_credentials_are_not_lost_in_a_hundred_connections()
    {
        await using GoPeer server = await go.ListenAsync("server", "-no-ping");
        for (int i = 1; i <= 100; i++)
        {
            await using var client = new ServingClient(new TunnelClient(Options(server) with { Handler = _ => Task.CompletedTask, CredentialsRepeat = TimeSpan.FromHours(1) }));
            await server.SaysAsync("joined", times: i);
        }
    }

    [Fact]
    public async Task Credentials_that_went_astray_are_sent_once_more()
    {
        await using GoPeer server = await go.ListenAsync("server", "-no-ping");
        // No delay: some of these run into the original's race. Each is repaired by the repetition.
        ServingClient[] clients = [.. Enumerable.Range(0, 100).Select(_ => new ServingClient(new TunnelClient(Options(server) with
        {
            Handler = _ => Task.CompletedTask,
            CredentialsDelay = TimeSpan.Zero,
            CredentialsRepeat = TimeSpan.FromSeconds(0.5),
        })))];

        await server.SaysAsync("joined", times: 100);
        Assert.Equal(100, server.Count("joined"));
        foreach (ServingClient client in clients)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task A_refusal_is_told_to_the_caller()
    {
        await using GoPeer server = await go.ListenAsync("server");
        await using var client = new TunnelClient(Options(server) with { Token = "wrong", Handler = _ => Task.CompletedTask });

        TunnelException reason = await Assert.ThrowsAsync<TunnelException>(async () => await client.ConnectAsync(Wait.Cancel).Soon());

        Assert.Equal(TunnelError.AuthenticationMismatch, reason.Error);
        Assert.DoesNotContain("wrong", reason.Message, StringComparison.Ordinal);
        Assert.Same(reason, client.LastFailure);
    }

    [Fact]
    public async Task A_killed_server_ends_the_connection_with_a_reason()
    {
        await using GoPeer server = await go.ListenAsync("server");
        await using ServingClient client = await ServeAsync(server, _ => Task.CompletedTask);

        server.Kill();

        TunnelException reason = await Assert.ThrowsAsync<TunnelException>(async () => await client.Running.Soon());
        Assert.Equal(TunnelError.ConnectionLost, reason.Error);
    }

    [Fact]
    public async Task A_frozen_server_is_given_up_after_the_keep_alive_limit()
    {
        await using GoPeer server = await go.ListenAsync("server");
        await using ServingClient client = await ServeAsync(server, _ => Task.CompletedTask, options => options with
        {
            Smux = options.Smux with { KeepAliveInterval = TimeSpan.FromSeconds(0.5), KeepAliveTimeout = TimeSpan.FromSeconds(2.5) },
        });

        await server.FreezeAsync();

        TunnelException reason = await Assert.ThrowsAsync<TunnelException>(async () => await client.Running.Soon());
        Assert.Contains("gone or frozen", reason.Message, StringComparison.Ordinal);
        server.Thaw();
    }

    [Fact]
    public async Task Extensions_that_are_preferred_are_done_without_at_a_server_that_has_none()
    {
        await using GoPeer server = await go.ListenAsync("server");
        await using ServingClient client = await ServeAsync(server, context => context.Response.WriteAsync("hello"), options => options with { Extensions = TunnelExtensions.Prefer });

        Assert.Equal("hello", await _visitor.GetStringAsync(Url(server), Wait.Cancel));
    }

    [Fact]
    public async Task Extensions_that_are_preferred_are_done_without_at_a_server_that_insists_on_another_protocol()
    {
        await using GoPeer server = await go.ListenAsync("server", "-alpn", "h2");
        await using ServingClient client = await ServeAsync(server, context => context.Response.WriteAsync("hello"), options => options with { Extensions = TunnelExtensions.Prefer });

        Assert.Equal("hello", await _visitor.GetStringAsync(Url(server), Wait.Cancel));
    }

    [Fact]
    public async Task Extensions_that_are_required_are_not_done_without()
    {
        await using GoPeer server = await go.ListenAsync("server");
        await using var client = new TunnelClient(Options(server) with { Handler = _ => Task.CompletedTask, Extensions = TunnelExtensions.Require });

        TunnelException reason = await Assert.ThrowsAsync<TunnelException>(async () => await client.ConnectAsync(Wait.Cancel).Soon());

        Assert.Equal(TunnelError.TlsFailed, reason.Error);
    }

    private static TunnelClientOptions Options(GoPeer server) => new()
    {
        Server = $"127.0.0.1:{server.Port()}",
        Token = TunnelLab.Token,
        Domain = TunnelLab.Domain,
        Tls = new TunnelTlsOptions { TrustedCertificates = [TestCertificates.Localhost] },
    };

    private static async Task<ServingClient> ServeAsync(
        GoPeer server, RequestDelegate handler, Func<TunnelClientOptions, TunnelClientOptions>? configure = null)
    {
        TunnelClientOptions options = Options(server) with { Handler = handler };
        var client = new ServingClient(new TunnelClient(configure?.Invoke(options) ?? options));
        await server.SaysAsync("joined");
        return client;
    }

    private static Uri Url(GoPeer server, string path = "/") => new($"http://127.0.0.1:{server.Port(1)}{path}");

    private static byte[] Pattern(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)i)];

    public void Dispose() => _visitor.Dispose();
}
