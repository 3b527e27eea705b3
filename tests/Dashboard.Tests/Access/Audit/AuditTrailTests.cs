using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.Live;
using Dashboard.Storage;
using Dashboard.Tests.Storage;

using Mgmt.Core;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

using Npgsql;

using Tests.Shared;

namespace Dashboard.Tests.Access.Audit;

/// <summary>The trail against a real PostgreSQL.</summary>
public sealed class AuditTrailTests : IAsyncLifetime
{
    private static readonly Caller s_ana = new("ana", CallerKind.User, "192.0.2.7");

    private readonly ManualTimeProvider _time = new();
    private TestDashboard _dashboard = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _dashboard = await TestDashboard.On(await TestDatabase.NewAsync()).ReadyAsync();

    public async ValueTask DisposeAsync() => await _dashboard.DisposeAsync();

    [Fact]
    public async Task An_entry_is_kept_with_who_when_from_where_what_on_whom_why_and_what_came_of_it()
    {
        SessionIdentity session = new("paris", new ClientId(7), DateTimeOffset.UnixEpoch.AddDays(1), "<b>x</b>", "198.51.100.11:1");
        await WriteAsync(Entry() with { Session = session, Server = "paris", Details = "Halt", Reason = "left", Reply = "client-kill command succeeded", Before = "3", After = "gone" });

        AuditRecord record = Assert.Single(await ReadAsync(new AuditQuery()));

        Assert.Equal(
            ("ana", CallerKind.User, "192.0.2.7", "disconnect", "Done", "paris", session.Id.Value, 7L, "<b>x</b>", "198.51.100.11:1"),
            (record.Actor, record.ActorKind, record.Address, record.Action, record.Outcome, record.Server, record.SessionId, record.Cid, record.CommonName, record.RealAddress));
        Assert.Equal(("Halt", "left", "client-kill command succeeded", "3", "gone"), (record.Details, record.Reason, record.Reply, record.Before, record.After));
    }

    [Theory]
    [InlineData("UPDATE audit SET actor = 'ben'")]
    [InlineData("DELETE FROM audit")]
    [InlineData("TRUNCATE audit")]
    public async Task What_is_on_record_cannot_be_changed_or_removed(string sql)
    {
        await WriteAsync(Entry());

        await using NpgsqlCommand command = _dashboard.DataSource.CreateCommand(sql);
        PostgresException refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancel));

        Assert.Contains("append-only", refusal.MessageText, StringComparison.Ordinal);
        Assert.Equal("ana", Assert.Single(await ReadAsync(new AuditQuery())).Actor);
    }

    [Fact]
    public async Task An_entry_that_is_written_again_after_a_lost_answer_stands_once()
    {
        AuditEntry entry = Entry();

        await WriteAsync(entry);
        await WriteAsync(entry, Entry());

        Assert.Equal(2, (await ReadAsync(new AuditQuery())).Count);
    }

    [Fact]
    public async Task Hostile_text_is_kept_as_far_as_it_can_be_and_secrets_are_not()
    {
        await WriteAsync(Entry() with { Reason = "a\0b\ud800c'; DROP TABLE audit; --", Details = new string('x', 10_000), Reply = ">CLIENT:ENV,password=hunter2" });

        AuditRecord record = Assert.Single(await ReadAsync(new AuditQuery()));

        Assert.Equal(("a\ufffdb\ufffdc'; DROP TABLE audit; --", 2000, ">CLIENT:ENV,password=[hidden]"), (record.Reason, record.Details!.Length, record.Reply));
    }

    [Fact]
    public async Task Pages_are_turned_by_number_newest_first()
    {
        await WriteAsync([.. Enumerable.Range(0, AuditQuery.PageSize + 3).Select(i => Entry() with { Details = $"{i}" })]);

        IReadOnlyList<AuditRecord> first = await ReadAsync(new AuditQuery());
        IReadOnlyList<AuditRecord> second = await ReadAsync(new AuditQuery(Before: first[^1].Number));

        Assert.Equal((AuditQuery.PageSize, "52", "3"), (first.Count, first[0].Details, first[^1].Details));
        Assert.Equal(["2", "1", "0"], second.Select(record => record.Details));
    }

    [Theory]
    [InlineData("paris", null, null, "one")]
    [InlineData(null, "ben", null, "two")]
    [InlineData(null, null, "50%", "two")]
    [InlineData(null, null, "ONE", "one")]
    [InlineData(null, null, "_", "")]
    public async Task The_trail_is_searched_by_server_user_and_text(string? server, string? by, string? text, string found)
    {
        await WriteAsync(
            Entry() with { Server = "paris", Details = "one" },
            Entry() with { Server = "lyon", Details = "two", Reason = "a load of 50% or more", By = s_ana with { Name = "ben" } });

        Assert.Equal(found, string.Join(' ', (await ReadAsync(new AuditQuery(server, by, text))).Select(record => record.Details)));
    }

    [Fact]
    public async Task While_the_database_is_away_entries_wait_and_are_written_when_it_is_back()
    {
        StorageState storage = new(_time);
        using AuditTrail trail = new(Store, storage, _time, NullLogger<AuditTrail>.Instance);
        await trail.StartAsync(Cancel);
        trail.Write(Entry());
        trail.Write(Entry());
        Assert.Equal(2, trail.Waiting);

        storage.Set(StorageCondition.Ready);

        await TestWait.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return trail.Waiting == 0;
        });
        await trail.StopAsync(Cancel);
        Assert.Equal(2, (await ReadAsync(new AuditQuery())).Count);
    }

    [Fact]
    public async Task What_waits_at_the_end_is_still_written()
    {
        StorageState storage = new(_time);
        using AuditTrail trail = new(Store, storage, _time, NullLogger<AuditTrail>.Instance);
        trail.Write(Entry());
        storage.Set(StorageCondition.Ready);

        await trail.StopAsync(Cancel);

        Assert.Single(await ReadAsync(new AuditQuery()));
    }

    private PostgresAuditStore Store => new(_dashboard.DataSource, new Contexts(_dashboard));

    private AuditEntry Entry() => new(_time.GetUtcNow(), s_ana, "disconnect", "Done");

    private Task WriteAsync(params AuditEntry[] entries) => Store.AppendAsync(entries, Cancel);

    private Task<IReadOnlyList<AuditRecord>> ReadAsync(AuditQuery query) => Store.ReadAsync(query, Cancel);

    private sealed class Contexts(TestDashboard dashboard) : IDbContextFactory<DashboardDbContext>
    {
        public DashboardDbContext CreateDbContext() => dashboard.Context();
    }
}
