using Dashboard.Approvals;
using Dashboard.Fleet;
using Dashboard.History;
using Dashboard.Live;
using Dashboard.Storage;
using Dashboard.Tests.Storage;

using Mgmt.Core;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Dashboard.Tests.Approvals;

/// <summary>Blocks and known names in a real PostgreSQL.</summary>
public sealed class ApprovalStorageTests : IAsyncLifetime
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private TestDashboard _dashboard = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _dashboard = await TestDashboard.On(await TestDatabase.NewAsync()).ReadyAsync();

    public async ValueTask DisposeAsync() => await _dashboard.DisposeAsync();

    [Fact]
    public async Task Blocks_that_stand_are_read_as_they_were_made()
    {
        Block forever = Block("alice", null);
        Block forAWhile = Block("bob", "paris", s_now.AddMinutes(15)) with { Kind = NameKind.Certificate };
        Block user = Block("Bob ", null) with { Kind = NameKind.User };
        Block over = Block("carol", null, s_now.AddMinutes(-1));
        Block lifted = Block("dave", null) with { LiftedAt = s_now, LiftedBy = "ben" };

        await Store.SaveAsync([forever, forAWhile, user, over, lifted], Cancel);

        Assert.Equal([user, forever, forAWhile], (await Store.ReadActiveAsync(s_now, Cancel)).OrderBy(block => block.CommonName, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_block_that_was_lifted_elsewhere_stays_lifted()
    {
        Block block = Block("alice", null);
        await Store.SaveAsync([block with { LiftedAt = s_now, LiftedBy = "ben" }], Cancel);

        await Store.SaveAsync([block], Cancel);

        Assert.Empty(await Store.ReadActiveAsync(s_now, Cancel));
    }

    [Fact]
    public async Task What_was_blocked_while_the_database_was_away_is_in_it_afterwards()
    {
        using TemporaryFolder folder = new();
        BlockList blocks = new(new BlockFile(Options.Create(new HistoryOptions { DataDirectory = folder.Path }), new InstallationRoot(folder.Path), NullLogger<BlockFile>.Instance), TimeProvider.System);
        blocks.Add(Block("alice", null));
        using BlockKeeper keeper = new(blocks, Store, _dashboard.State, TimeProvider.System, NullLogger<BlockKeeper>.Instance);

        Assert.True(await keeper.TrySyncAsync(Cancel));

        Assert.Equal((0, "alice"), (blocks.Unsaved, Assert.Single(await Store.ReadActiveAsync(DateTimeOffset.UtcNow, Cancel)).CommonName));
    }

    [Fact]
    public async Task While_the_database_does_not_answer_blocks_stay_in_force()
    {
        using TemporaryFolder folder = new();
        BlockList blocks = new(new BlockFile(Options.Create(new HistoryOptions { DataDirectory = folder.Path }), new InstallationRoot(folder.Path), NullLogger<BlockFile>.Instance), TimeProvider.System);
        blocks.Add(Block("alice", null));
        await _dashboard.DataSource.DisposeAsync();
        using BlockKeeper keeper = new(blocks, Store, _dashboard.State, TimeProvider.System, NullLogger<BlockKeeper>.Instance);

        Assert.False(await keeper.TrySyncAsync(Cancel));

        Assert.NotNull(blocks.Find("paris", new Dashboard.Live.ClientNames("alice", null)));
        Assert.Equal(1, blocks.Unsaved);
    }

    [Fact]
    public async Task Only_who_has_had_a_tunnel_on_this_very_server_is_known()
    {
        Seen(0, "paris", "alice", "10.8.0.2");
        Seen(1, "lyon", "bob", "10.9.0.2");
        Seen(2, "paris", "mallory", null); // knocked, and was never let in
        await _dashboard.Writer.FlushAsync(everything: true, Cancel);
        KnownNames known = new(Options.Create(new FleetOptions()), new Contexts(_dashboard), _dashboard.State, TimeProvider.System, NullLogger<KnownNames>.Instance);
        Assert.Null(known.Knows("paris", "alice"));

        Assert.True(await known.TryReadAsync(["paris"], Cancel));

        Assert.Equal((true, false, false), (known.Knows("paris", "alice"), known.Knows("paris", "bob"), known.Knows("paris", "mallory")));
    }

    private PostgresBlockStore Store => new(new Contexts(_dashboard));

    private void Seen(uint cid, string server, string name, string? virtualAddress) =>
        ((IFleetObserver)_dashboard.Writer).SessionSeen(
            new SessionIdentity(server, new ClientId(cid), s_now, name, "198.51.100.11:1"),
            new SessionDetails(null, virtualAddress, null, null, null),
            s_now);

    private static Block Block(string name, string? server, DateTimeOffset? until = null) => new(Guid.CreateVersion7(), server, name, "left", s_now.AddHours(-1), "ana", until);

    private sealed class Contexts(TestDashboard dashboard) : IDbContextFactory<DashboardDbContext>
    {
        public DashboardDbContext CreateDbContext() => dashboard.Context();
    }
}
