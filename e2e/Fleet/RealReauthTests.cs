using System.Collections.Concurrent;

using Dashboard.Access.Audit;
using Dashboard.Approvals;
using Dashboard.Fleet;
using Dashboard.History;
using Dashboard.Live;
using Dashboard.Storage;

using E2E.Lab;

using Mgmt.Core;
using Mgmt.Core.Events;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace E2E.Fleet;

/// <summary>A real server that asks about a client again each time its keys are renewed, every three seconds.</summary>
public sealed class RealReauthTests : IAsyncLifetime
{
    private readonly LiveStore _live = new(TimeProvider.System, NullLogger<LiveStore>.Instance);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<KeyId> _renewals = [];
    private VpnLab _lab = null!;
    private ServerGate _gate = null!;
    private ServerSession _session = null!;
    private Task _running = Task.CompletedTask;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _lab = await VpnLab.UpAsync(new VpnLabOptions { Clients = 0, ClientAuth = true, ServerOptions = ["auth-user-pass-optional", "reneg-sec 3 3"] });
        ServerOptions options = new() { Name = "paris", Endpoint = "unix:" + _lab.ManagementSocket, Approval = ApprovalPolicy.Ask };
        _gate = new ServerGate(
            options,
            new BlockList(new BlockFile(Options.Create(new HistoryOptions { DataDirectory = "" }), new InstallationRoot(_lab.Folder), NullLogger<BlockFile>.Instance), TimeProvider.System),
            new KnownNames(Options.Create(new FleetOptions()), null!, new StorageState(TimeProvider.System), TimeProvider.System, NullLogger<KnownNames>.Instance),
            new NoTrail(),
            TimeProvider.System);
        _session = new ServerSession(options, _live, [], TimeProvider.System, NullLogger.Instance) { Gate = _gate };
        _session.Listen(happened =>
        {
            if (happened is ManagementEvent.ClientReauth reauth)
                _renewals.Enqueue(reauth.Key);
        });
        _running = _session.RunAsync(_stop.Token);
        await UntilAsync(server => server.IsLive);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _lab.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_client_that_a_person_let_in_has_its_keys_renewed_without_being_asked_about_again()
    {
        await _lab.AddClientAsync("alice", Cancel);
        WaitingClient waiting = (await UntilAsync(server => server.Waiting.Length == 1)).Waiting[0];
        Assert.True((await _session.ExecuteAsync((turn, token) => _gate.DecideAsync(turn, waiting.Id, approve: true, reason: null, "ana", token), Cancel)).Succeeded);
        SessionIdentity before = (await UntilAsync(server => server.Clients is [{ VirtualAddress: not null }])).Clients!.Value[0].Identity;

        await Eventually.ReadAsync(() => Task.FromResult(_renewals.ToArray()), renewals => renewals.Length >= 3, Cancel); // only the last two keys are kept: that of the first is gone
        await _lab.PingAsync("alice", TimeSpan.FromSeconds(5), Cancel); // fails when nothing comes back

        Assert.Empty(_live.Find("paris")!.Waiting);
        Assert.Equal(before, Assert.Single(_live.Find("paris")!.Clients!.Value).Identity);
    }

    private Task<ServerSnapshot> UntilAsync(Func<ServerSnapshot, bool> condition) =>
        Eventually.ReadAsync(() => Task.FromResult(_live.Find("paris")!), condition, Cancel);

    private sealed class NoTrail : IAuditTrail
    {
        public void Write(AuditEntry entry)
        {
            // what is put on record is another test's business
        }
    }
}
