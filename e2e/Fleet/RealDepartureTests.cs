using System.Collections.Concurrent;

using Dashboard.Fleet;
using Dashboard.Fleet.Diagnosis;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

using E2E.Lab;

using Microsoft.Extensions.Logging.Abstractions;

namespace E2E.Fleet;

/// <summary>Why real clients of a real OpenVPN leave, as a server's own loop learns it.</summary>
public sealed class RealDepartureTests : IAsyncLifetime
{
    private readonly LiveStore _live = new(TimeProvider.System, NullLogger<LiveStore>.Instance);
    private readonly Ends _ends = new();
    private readonly CancellationTokenSource _stop = new();
    private VpnLab _lab = null!;
    private ServerSession _session = null!;
    private Task _running = Task.CompletedTask;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _lab = await VpnLab.UpAsync(new VpnLabOptions { Clients = 3 });
        _session = new ServerSession(new ServerOptions { Name = "paris", Endpoint = "unix:" + _lab.ManagementSocket }, _live, [_ends], TimeProvider.System, NullLogger.Instance);
        _running = _session.RunAsync(_stop.Token);
        await UntilAsync(server => server is { IsLive: true, ClientCount: 3 });
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _lab.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task Each_departure_is_found_with_its_reason_and_the_server_is_diagnosed()
    {
        ClientSnapshot hostile = _live.Find("paris")!.Clients!.Value.Single(client => client.CommonName == "<b>x</b>");

        int bob = int.Parse(await File.ReadAllTextAsync(Path.Combine(_lab.Folder, "pid", "client-12"), Cancel), System.Globalization.CultureInfo.InvariantCulture);
        System.Diagnostics.Process.GetProcessById(bob).Kill(); // without a word
        await _lab.StopClientAsync("alice", Cancel);
        await _session.ExecuteAsync((turn, token) => turn.DisconnectAsync(hostile.Identity, DisconnectMode.Halt, token), Cancel);
        await UntilAsync(server => server is { IsLive: true, Clients: [] });

        Assert.Equal(
            [
                "<b>x</b>: ended over the management interface",
                "alice: the client took leave (exit notify)",
                "bob: ping timeout (ping-restart): nothing came from the client any more",
            ],
            _ends.All.Order(StringComparer.Ordinal));
        DiagnosisCheck[] wrong = [.. ServerDiagnosis.Of(_live.Find("paris")!).Where(check => check.Outcome is CheckOutcome.Failed)];
        Assert.Empty(wrong);
    }

    private async Task UntilAsync(Func<ServerSnapshot, bool> condition) =>
        await Eventually.ReadAsync(() => Task.FromResult(_live.Find("paris")!), condition, Cancel);

    /// <summary>Who ended, and why.</summary>
    private sealed class Ends : IFleetObserver
    {
        private readonly ConcurrentDictionary<SessionId, string> _names = [];

        public ConcurrentQueue<string> All { get; } = [];

        public void SessionSeen(SessionIdentity session, SessionDetails details, DateTimeOffset at) => _names[session.Id] = session.CommonName;

        public void CountersReported(SessionId session, long received, long sent, DateTimeOffset at)
        {
            // who leaves is all that matters here
        }

        public void SessionEnded(SessionId session, DateTimeOffset notBefore, DateTimeOffset notAfter, string? reason) => All.Enqueue($"{_names[session]}: {reason}");

        public void WatchChanged(string server, bool watching, DateTimeOffset at)
        {
            // neither does this
        }
    }
}
