using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Tests.Shared;

using Tunnel.Client;
using Tunnel.Server;
using Tunnel.Smux;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Server;

/// <summary>Who is let in, who is not, and who has to leave.</summary>
public sealed class AccessTests
{
    [Theory]
    [InlineData("unknown-token", "lab.test")]
    [InlineData("lab-token", "nobodys.test")]
    [InlineData("bobs-token", "lab.test")]
    [InlineData("no-scope", "lab.test")]
    [InlineData("expired", "lab.test")]
    public async Task Every_refusal_looks_the_same_to_the_client(string token, string domain)
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        lab.Storage.AddToken("bobs-token", "bob");
        lab.Storage.AddToken("no-scope", "alice", ["read"]);
        lab.Storage.AddToken("expired", "alice", expiresAt: DateTimeOffset.UtcNow.AddMinutes(-1));
        await using var client = new TunnelClient(lab.ClientOptions with { Token = token, Domain = domain, Handler = _ => Task.CompletedTask });

        TunnelException reason = await Assert.ThrowsAsync<TunnelException>(async () => await client.ConnectAsync(Wait.Cancel).Soon());

        Assert.Equal(TunnelError.AuthenticationMismatch, reason.Error);
        Assert.Empty(lab.Server.GetAllBackends());
    }

    [Theory]
    [InlineData("""{"token":"lab-token","domain":"lab.test"}""")]
    [InlineData("""  {"Domain":"LAB.test.","TOKEN":"lab-token","extra":{"deep":1}}  trailing bytes that nobody reads""")]
    [InlineData("""{"token":"wrong","domain":"lab.test","token":"lab-token"}""")]
    [InlineData("{\"token\":\"lab\\u002dtoken\",\"domain\":\"lab.test:443\"}")]
    public async Task Credentials_are_read_as_Go_reads_them_and_domains_are_normalised(string json)
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await using SmuxSession session = await DialAsync(lab);
        SmuxStream control = await session.AcceptStreamAsync(Wait.Cancel).Soon();
        Assert.Equal(2u, control.Id);

        foreach (byte one in Encoding.UTF8.GetBytes(json)) // any frame split
            await control.WriteAsync(new[] { one }, Wait.Cancel);

        await Wait.Until(() => lab.Server.GetAllBackends().Count == 1, "the client is in");
        Assert.Equal("lab.test", lab.Server.GetAllBackends().Single().Domain);
    }

    [Theory]
    [InlineData("[1]", "not the JSON object")]
    [InlineData("""{"token":1,"domain":"lab.test"}""", "not the JSON object")]
    [InlineData("""{"token":"lab-token","domain":"lab.test","x":{"y":{"z":1}}}""", "not the JSON object")]
    [InlineData("nonsense", "not the JSON object")]
    public async Task What_is_no_credentials_object_ends_the_connection(string json, string reason)
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await using SmuxSession session = await DialAsync(lab);
        SmuxStream control = await session.AcceptStreamAsync(Wait.Cancel).Soon();

        await control.WriteAsync(Encoding.UTF8.GetBytes(json), Wait.Cancel);

        await session.Completion.Soon();
        await Wait.Until(() => lab.Logs.Lines.Any(line => line.Contains(reason, StringComparison.Ordinal)), "the reason is logged");
        Assert.True(control.RemoteFinished); // FIN on the control stream comes first, as from Go
    }

    [Fact]
    public async Task Credentials_longer_than_four_KiB_are_not_read_to_their_end()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await using SmuxSession session = await DialAsync(lab);
        SmuxStream control = await session.AcceptStreamAsync(Wait.Cancel).Soon();

        await control.WriteAsync(Encoding.UTF8.GetBytes("{\"token\":\"" + new string('x', 5000)), Wait.Cancel);

        await session.Completion.Soon();
        await Wait.Until(() => lab.Logs.Lines.Any(line => line.Contains("longer than 4096", StringComparison.Ordinal)), "the reason is logged");
    }

    [Fact]
    public async Task A_client_that_only_sends_keep_alives_is_not_waited_for_for_ever()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { CredentialsTimeout = TimeSpan.FromSeconds(0.5) });
        await using SmuxSession session = await DialAsync(lab, new SmuxOptions { KeepAliveInterval = TimeSpan.FromMilliseconds(50) });

        await session.Completion.Soon();

        await Wait.Until(() => lab.Logs.Lines.Any(line => line.Contains("no credentials within 0.5 s", StringComparison.Ordinal)), "the reason is logged");
    }

    [Fact]
    public async Task A_client_that_never_begins_TLS_is_not_waited_for_for_ever()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { TlsTimeout = TimeSpan.FromSeconds(0.5) });
        using var silent = new TcpClient("127.0.0.1", lab.Port);

        Assert.Equal(0, await silent.GetStream().ReadAsync(new byte[1], Wait.Cancel).Soon());

        await Wait.Until(() => lab.Logs.Lines.Any(line => line.Contains("no TLS within 0.5 s", StringComparison.Ordinal)), "the reason is logged");
    }

    [Fact]
    public async Task Connections_without_credentials_are_limited_for_each_address()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { MaxUnauthenticatedPerAddress = 2, TlsTimeout = TimeSpan.FromHours(1) });
        using var first = new TcpClient("127.0.0.1", lab.Port);
        using var second = new TcpClient("127.0.0.1", lab.Port);
        await Wait.Until(() => lab.Server.UnauthenticatedCount == 2, "two are waited for");

        using var third = new TcpClient("127.0.0.1", lab.Port);
        Assert.Equal(0, await third.GetStream().ReadAsync(new byte[1], Wait.Cancel).Soon());

        await Wait.Until(() => lab.Logs.Lines.Any(line => line.Contains("too many connections without credentials", StringComparison.Ordinal)), "the reason is logged");
        using var other = new TcpClient("::1", lab.Port);
        await Wait.Until(() => lab.Server.UnauthenticatedCount == 3, "another address is not affected");
    }

    [Fact]
    public async Task After_too_many_refusals_even_the_right_token_waits_and_then_it_is_let_in_again()
    {
        var time = new ManualTimeProvider();
        var storage = new InMemoryTunnelStorage();
        storage.AddToken("right", "alice");
        storage.AddRoute("lab.test", "alice");
        var authenticator = new Authenticator(
            new TunnelServerOptions { CertificateSelector = _ => TestCertificates.Localhost, MaxFailuresPerAddress = 3, RefusalDelay = TimeSpan.Zero }, storage, time);
        for (int i = 0; i < 3; i++)
            await Assert.ThrowsAsync<TunnelException>(async () => await authenticator.VerifyAsync(new TunnelCredentials($"guess-{i}", "lab.test"), "192.0.2.1", Wait.Cancel));

        TunnelException refusal = await Assert.ThrowsAsync<TunnelException>(async () => await authenticator.VerifyAsync(new TunnelCredentials("right", "lab.test"), "192.0.2.1", Wait.Cancel));
        Assert.Equal(TunnelError.LimitReached, refusal.Error);
        Assert.Equal("alice", (await authenticator.VerifyAsync(new TunnelCredentials("right", "lab.test"), "192.0.2.2", Wait.Cancel)).User);
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("alice", (await authenticator.VerifyAsync(new TunnelCredentials("right", "lab.test"), "192.0.2.1", Wait.Cancel)).User);
    }

    [Fact]
    public async Task A_client_that_opens_a_stream_towards_the_server_is_dropped()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        await using SmuxSession session = await DialAsync(lab);

        session.OpenStream();

        await session.Completion.Soon();
        Assert.Empty(lab.Server.GetAllBackends());
    }

    [Fact]
    public async Task A_token_revoked_in_mid_download_ends_the_connection_with_that_reason_and_no_other()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        lab.Storage.AddToken("second", "alice");
        lab.Storage.AddRoute("other.test", "alice");
        TunnelClient other = await lab.ConnectAsync(_ => Task.CompletedTask, options => options with { Token = "second", Domain = "other.test" });
        TunnelClient client = await lab.ConnectAsync(async context =>
        {
            byte[] block = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
        });
        using HttpResponseMessage answer = await lab.GetAsync();
        Stream body = await answer.Content.ReadAsStreamAsync(Wait.Cancel);
        await body.ReadExactlyAsync(new byte[1_000_000], Wait.Cancel).AsTask().Soon();

        lab.Storage.RemoveToken(TunnelLab.Token);
        await lab.Server.CheckAccessAsync(Wait.Cancel).Soon();

        TunnelException reason = await Assert.ThrowsAsync<TunnelException>(async () => await body.CopyToAsync(Stream.Null, Wait.Cancel).Soon());
        Assert.Equal(TunnelError.AccessWithdrawn, reason.Error);
        Assert.Equal(TunnelError.Killed, (await lab.EndOf(client)).Error);
        Assert.Equal("", await lab.GetTextAsync(host: "other.test"));
        Assert.False(lab.Running(other).IsCompleted);
    }

    [Fact]
    public async Task A_domain_that_changes_hands_ends_its_connections_at_the_next_regular_check()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { AccessCheckInterval = TimeSpan.FromSeconds(0.2) });
        TunnelClient client = await lab.ConnectAsync(_ => Task.CompletedTask);

        lab.Storage.AddRoute(TunnelLab.Domain, "bob");

        await lab.EndOf(client);
        await Wait.Until(() => lab.Logs.Lines.Any(line => line.Contains("access was withdrawn", StringComparison.Ordinal)), "the reason is logged");
    }

    [Fact]
    public async Task Storage_that_fails_refuses_the_new_and_keeps_the_living()
    {
        var storage = new FailingStorage();
        await using var server = new TunnelServer(
            new TunnelServerOptions { CertificateSelector = _ => TestCertificates.Localhost, AccessCheckInterval = TimeSpan.FromSeconds(0.1) }, storage);
        IReadOnlyList<IPEndPoint> bound = await server.ListenAsync("127.0.0.1:0", cancellationToken: Wait.Cancel);
        var options = new TunnelClientOptions
        {
            Server = bound[0].ToString(), Token = "t", Domain = "lab.test", Handler = _ => Task.CompletedTask,
            Tls = new TunnelTlsOptions { TrustedCertificates = [TestCertificates.Localhost] },
        };
        await using var living = new ServingClient(new TunnelClient(options));
        await Wait.Until(() => server.GetAllBackends().Count == 1, "the client is in");

        storage.Fails = true;

        await using var late = new TunnelClient(options);
        await Assert.ThrowsAsync<TunnelException>(async () => await late.ConnectAsync(Wait.Cancel).Soon());
        await Wait.Until(() => storage.Failed > 3, "the living connection was checked");
        Assert.Single(server.GetAllBackends(), backend => backend.Usable);
    }

    [Fact]
    public async Task The_same_client_twice_serves_twice_and_one_end_leaves_the_other()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        TunnelClient first = await lab.ConnectAsync(_ => Task.CompletedTask);
        TunnelClient second = await lab.ConnectAsync(_ => Task.CompletedTask);
        Assert.Equal(2, lab.Server.GetBackendsForDomain("LAB.test:443").Count);
        Assert.Equal(2, lab.Server.GetBackendsForUser("alice").Count);
        Assert.Empty(lab.Server.GetBackendsForUser("bob"));

        await lab.Server.KillBackendAsync(lab.Server.GetAllBackends()[0].Id);

        await Wait.Until(() => lab.Server.GetAllBackends().Count == 1, "one is left");
        for (int i = 0; i < 20; i++)
            Assert.Equal("", await lab.GetTextAsync());
        Assert.True(lab.Running(first).IsCompleted ^ lab.Running(second).IsCompleted);
    }

    [Fact]
    public async Task Connections_for_a_domain_are_limited()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { MaxConnectionsPerDomain = 1 });
        await lab.ConnectAsync(_ => Task.CompletedTask);
        await using var second = new TunnelClient(lab.ClientOptions with { Handler = _ => Task.CompletedTask });

        await Assert.ThrowsAsync<TunnelException>(async () => await second.ConnectAsync(Wait.Cancel).Soon());

        await Wait.Until(() => lab.Logs.Lines.Any(line => line.Contains("which is the limit", StringComparison.Ordinal)), "the reason is logged");
        Assert.Single(lab.Server.GetAllBackends());
    }

    [Fact]
    public async Task Killing_what_is_not_there_says_so()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();

        TunnelException reason = await Assert.ThrowsAsync<TunnelException>(async () => await lab.Server.KillBackendAsync(Guid.NewGuid()));

        Assert.Equal(TunnelError.NoSuchConnection, reason.Error);
        Assert.Equal(TunnelError.NoSuchBackend, Assert.Throws<TunnelException>(() => lab.Server.GetConnection("lab.test")).Error);
    }

    [Fact]
    public async Task Disposing_the_server_ends_every_connection_and_those_who_wait()
    {
        TunnelLab lab = await TunnelLab.StartAsync();
        TunnelClient client = await lab.ConnectAsync(_ => Task.CompletedTask);
        Task waiting = lab.Server.WaitAsync(Wait.Cancel);

        await lab.Server.DisposeAsync().Soon();

        await waiting.Soon();
        await lab.EndOf(client);
        Assert.Empty(lab.Server.GetAllBackends());
        await lab.DisposeAsync();
    }

    [Fact]
    public async Task Three_missed_pings_end_a_connection_and_one_does_not()
    {
        bool slow = true;
        await using TunnelLab lab = await TunnelLab.StartAsync(options => options with { PingInterval = TimeSpan.FromSeconds(0.1), PingTimeout = TimeSpan.FromSeconds(2) });
        TunnelClient client = await lab.ConnectAsync(async context =>
        {
            if (Volatile.Read(ref slow))
                await Task.Delay(TimeSpan.FromMinutes(1), context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await Wait.Until(() => lab.Logs.Lines.Any(line => line.Contains("missed ping 1 of 3", StringComparison.Ordinal)), "a ping is missed");
        Volatile.Write(ref slow, false);
        await Wait.Until(() => lab.Server.GetAllBackends().Single().RequestsInFlight == 0, "the next one is answered");
        Assert.True(lab.Server.GetAllBackends().Single().Usable);

        Volatile.Write(ref slow, true);

        await Wait.Until(() => lab.Server.GetAllBackends().Count == 0, "three in a row end it");
        await lab.EndOf(client);
    }

#pragma warning disable CA5359 // a client of the tests: who the server is does not matter here
    private static async Task<SmuxSession> DialAsync(TunnelLab lab, SmuxOptions? options = null)
    {
        var tcp = new TcpClient("127.0.0.1", lab.Port);
        var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true }, Wait.Cancel).Soon();
        return new SmuxSession(tls, SmuxRole.Client, options ?? new SmuxOptions());
    }
#pragma warning restore CA5359

    private sealed class FailingStorage : ITunnelStorage
    {
        private int _failed;

        public bool Fails { get; set; }

        public int Failed => _failed;

        public ValueTask<TunnelToken?> FindTokenAsync(string token, CancellationToken cancellationToken) =>
            ValueTask.FromResult<TunnelToken?>(new TunnelToken("alice", [TunnelToken.ConnectScope]));

        public ValueTask<string?> FindRouteOwnerAsync(string domain, CancellationToken cancellationToken)
        {
            if (!Fails)
                return ValueTask.FromResult<string?>("alice");
            Interlocked.Increment(ref _failed);
            throw new TimeoutException("the database is away");
        }
    }
}
