using Dashboard.Live;
using Dashboard.Storage;

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Dashboard.Tests.History.Schema;

/// <summary>What the migration makes of sessions that were told apart by their names.</summary>
public sealed class OneSessionOfACidTests : IAsyncLifetime
{
    private const string Before = "20261121155516_HistoryReportsFromIndexes";

    private HistoryLab _lab = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await HistoryLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task A_session_that_was_kept_twice_counts_once()
    {
        SessionIdentity alice = _lab.Connect("alice");
        _lab.Move(alice, received: 5_000, sent: 0);
        await _lab.RollUpAsync();
        await MigrateAsync(Before);
        await _lab.ExecuteAsync("""
            INSERT INTO vpn_user (common_name, username) VALUES ('UNDEF', '');
            INSERT INTO session (id, server_id, user_id, cid, connected_since, real_address, addresses, first_seen, last_seen, received, sent)
                SELECT gen_random_uuid(), server_id, (SELECT id FROM vpn_user WHERE common_name = 'UNDEF'), cid, connected_since, real_address, addresses,
                    first_seen - interval '1 second', last_seen, 300, 0 FROM session;
            INSERT INTO traffic (minute, received, sent, session, covers_seconds) SELECT date_trunc('minute', last_seen), 300, 0, number, 60 FROM session WHERE received = 300;
            """);

        await MigrateAsync(null);
        await _lab.RollUpAsync();

        Assert.Equal(alice.Id.Value, await _lab.ScalarAsync<Guid>("SELECT id FROM session"));
        Assert.Equal((5_000, 5_000), (await _lab.SumAsync("traffic_minute"), await _lab.SumAsync("traffic_hour")));
        Assert.True(await _lab.ScalarAsync<bool>("SELECT first_seen < connected_since FROM session"), "It was seen as early as the one that is gone.");
    }

    [Fact]
    public async Task Clients_of_one_second_that_an_import_gave_the_same_CID_stay_apart()
    {
        _lab.Connect("alice");
        await _lab.FlushAsync();
        await MigrateAsync(Before);
        await _lab.ExecuteAsync("""
            INSERT INTO vpn_user (common_name, username) VALUES ('bob', ''), ('carol', '');
            INSERT INTO session (id, server_id, user_id, cid, connected_since, real_address, addresses, first_seen, last_seen, received, sent)
                SELECT gen_random_uuid(), server_id, vpn_user.id, cid, connected_since, '198.51.100.' || vpn_user.id, ARRAY['198.51.100.' || vpn_user.id], first_seen, last_seen, 0, 0
                FROM session, vpn_user WHERE common_name IN ('bob', 'carol');
            """);

        await MigrateAsync(null);

        Assert.Equal(3, await _lab.ScalarAsync<long>("SELECT count(DISTINCT (cid, id)) FROM session"));
    }

    private async Task MigrateAsync(string? target)
    {
        await using DashboardDbContext context = _lab.Dashboard.Context();
        await context.GetService<IMigrator>().MigrateAsync(target, Cancel);
    }
}
