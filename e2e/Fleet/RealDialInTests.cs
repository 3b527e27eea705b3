using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Fleet.Questions;
using Dashboard.Live;

using E2E.Lab;

using Microsoft.Extensions.Logging.Abstractions;

namespace E2E.Fleet;

/// <summary>A real server and a real client, both with <c>management-client</c>; the client asks for its credentials.</summary>
public sealed class RealDialInTests : IAsyncLifetime
{
    private readonly LiveStore _live = new(TimeProvider.System, NullLogger<LiveStore>.Instance);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("dial-in-").FullName;
    private ServerSession _server = null!;
    private ServerSession _client = null!;
    private Task _running = Task.CompletedTask;
    private VpnLab _lab = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = Listen("server", HoldPolicy.Ask);
        _client = Listen("client", HoldPolicy.Release);
        _running = Task.WhenAll(_server.RunAsync(_stop.Token), _client.RunAsync(_stop.Token));
        await UntilAsync("server", server => server.Connection.Stage is ConnectionStage.Found);
        await UntilAsync("client", client => client.Connection.Stage is ConnectionStage.Found);
        _lab = await VpnLab.UpAsync(new VpnLabOptions
        {
            Clients = 0,
            ServerOptions = [$"management {Socket("server")} unix", "management-client"],
            ClientOptions = [$"management {Socket("client")} unix", "management-client", "management-hold", "management-query-passwords", "auth-user-pass", "auth-retry interact"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _lab.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        _stop.Dispose();
    }

    [Fact]
    public async Task A_server_and_a_client_dial_in_and_the_client_connects_with_what_it_is_told()
    {
        await UntilAsync("server", server => server is { IsLive: true, Role: DaemonRole.Server });
        await _lab.AddClientAsync("carol", Cancel);

        ServerSnapshot asking = await UntilAsync("client", client => client.Questions is [{ Kind: QuestionKind.Credentials, Type: "Auth" }]);
        Assert.Equal((ServerStatus.Starting, "OpenVPN waits for an answer, and does nothing until it has it."), (asking.Status, asking.Detail));
        OperationResult answered = await _client.ExecuteAsync((turn, token) => turn.AnswerAsync(asking.Questions[0].Id, new QuestionAnswer { Username = "carol", Password = "pass \"word\"", Remember = true }, token), Cancel);
        Assert.Equal(new OperationResult(OperationOutcome.Done, "'Auth' password entered, but not yet verified"), answered);

        ServerSnapshot live = await UntilAsync("client", client => client is { IsLive: true, Role: DaemonRole.Client, Own.ReceivedBytes: > 0, Questions.IsEmpty: true });
        Assert.Equal(("198.51.100.1", 1194), (live.Own.RemoteAddress, live.Own.RemotePort));
        Assert.StartsWith("10.80.0.", live.Own.Address, StringComparison.Ordinal);
        Assert.Null(live.Clients);
        Assert.Equal("carol", Assert.Single((await UntilAsync("server", server => server.Clients is [{ VirtualAddress: not null }])).Clients!.Value).CommonName);

        await _client.ExecuteAsync((turn, token) => turn.ForgetPasswordsAsync(token), Cancel); // and so what was remembered
        await _client.ExecuteAsync((turn, token) => turn.SignalAsync(ServerSignal.SIGHUP, token), Cancel);
        await UntilAsync("client", client => client.Questions is [{ Type: "Auth" }]);
        Assert.DoesNotContain(_live.Find("client")!.Log, line => line.Text.Contains("pass \"word\"", StringComparison.Ordinal));

        await _lab.StopClientAsync("carol", Cancel);
        ServerSnapshot gone = await UntilAsync("client", client => client.Status is ServerStatus.Unreachable);
        Assert.StartsWith("No OpenVPN process is connected.", gone.Detail, StringComparison.Ordinal);
        await _lab.StartClientAsync("carol", Cancel);
        await UntilAsync("client", client => client.Questions is [{ Type: "Auth" }]);
    }

    private string Socket(string name) => Path.Combine(_folder, name + ".sock");

    private ServerSession Listen(string name, HoldPolicy hold) =>
        new(new ListenerOptions { Name = name, Endpoint = "unix:" + Socket(name), HoldPolicy = hold, ByteCountInterval = TimeSpan.FromSeconds(1) }, _live, [], TimeProvider.System, NullLogger.Instance);

    private async Task<ServerSnapshot> UntilAsync(string name, Func<ServerSnapshot, bool> condition) =>
        await Eventually.ReadAsync(() => Task.FromResult(_live.Find(name)!), condition, Cancel);
}
