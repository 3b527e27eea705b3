using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tunnel.Client;
using Tunnel.Server;

namespace Tunnel.Tests.Support;

/// <summary>A server on a port of its own, and clients of ours that connect to it; the domain <c>lab.test</c> belongs to alice.</summary>
internal sealed class TunnelLab : IAsyncDisposable
{
    public const string Domain = "lab.test";
    public const string Token = "lab-token";

    private readonly List<(TunnelClient Client, Task Running, CancellationTokenSource Stop)> _clients = [];
    private readonly TimeProvider? _time;

    private TunnelLab(Func<TunnelServerOptions, TunnelServerOptions>? configure, TimeProvider? time)
    {
        _time = time;
        Storage.AddToken(Token, "alice");
        Storage.AddRoute(Domain, "alice");
        var options = new TunnelServerOptions
        {
            CertificateSelector = _ => Certificate,
            RefusalDelay = TimeSpan.FromMilliseconds(10),
            MaxUnauthenticatedPerAddress = 200,
        };
        Server = new TunnelServer(configure?.Invoke(options) ?? options, Storage, Logs, time: time);
    }

    public InMemoryTunnelStorage Storage { get; } = new();

    public RecordingLoggerFactory Logs { get; } = new();

    public TunnelServer Server { get; }

    public System.Security.Cryptography.X509Certificates.X509Certificate2 Certificate { get; set; } = TestCertificates.Localhost;

    public int Port { get; private set; }

    public string Address => $"localhost:{Port}";

    public static async Task<TunnelLab> StartAsync(Func<TunnelServerOptions, TunnelServerOptions>? configure = null, TimeProvider? time = null)
    {
        var lab = new TunnelLab(configure, time);
        IReadOnlyList<IPEndPoint> bound = await lab.Server.ListenAsync("*:0", cancellationToken: Wait.Cancel);
        lab.Port = bound[0].Port;
        return lab;
    }

    public TunnelClientOptions ClientOptions => new()
    {
        Server = Address,
        Token = Token,
        Domain = Domain,
        Tls = new TunnelTlsOptions { TrustedCertificates = [Certificate] },
    };

    /// <summary>Connects a client and waits until the server lists it.</summary>
    public async Task<TunnelClient> ConnectAsync(RequestDelegate handler, Func<TunnelClientOptions, TunnelClientOptions>? configure = null)
    {
        TunnelClientOptions options = ClientOptions with { Handler = handler };
        return await ConnectAsync(configure?.Invoke(options) ?? options);
    }

    public async Task<TunnelClient> ConnectAsync(TunnelClientOptions options)
    {
        HashSet<Guid> before = [.. Server.GetAllBackends().Select(backend => backend.Id)];
        var client = new TunnelClient(options, Logs, _time);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(Wait.Cancel);
        Task running = client.ConnectAsync(stop.Token);
        _clients.Add((client, running, stop));
        await Wait.Until(
            () => running.IsCompleted || Server.GetAllBackends().Any(backend => !before.Contains(backend.Id)),
            "the server lists the client");
        if (running.IsCompleted)
            await running;
        return client;
    }

    /// <summary>The task that ends when a client's connection does, with the reason.</summary>
    public Task Running(TunnelClient client) => _clients.Single(entry => entry.Client == client).Running;

    public async Task<TunnelException> EndOf(TunnelClient client) =>
        await Assert.ThrowsAsync<TunnelException>(async () => await Running(client).Soon());

    public async Task<HttpResponseMessage> GetAsync(string path = "/", string host = Domain)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}{path}");
        return await Server.SendAsync(request, Wait.Cancel).Soon();
    }

    public async Task<string> GetTextAsync(string path = "/", string host = Domain)
    {
        using HttpResponseMessage answer = await GetAsync(path, host);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Wait.Cancel).Soon();
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((_, _, CancellationTokenSource stop) in _clients)
            await stop.CancelAsync();
        foreach ((TunnelClient client, Task running, CancellationTokenSource stop) in _clients)
        {
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await client.DisposeAsync();
            stop.Dispose();
        }

        await Server.DisposeAsync();
        Logs.Dispose();
        Assert.DoesNotContain(Logs.Lines, line => line.Contains(Token, StringComparison.Ordinal));
        Assert.DoesNotContain(Logs.Lines, line => line.Contains("nobody foresaw", StringComparison.Ordinal));
    }
}

internal sealed class RecordingLoggerFactory : ILoggerFactory, ILogger
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

    public IEnumerable<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel} {eventId.Id} {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
