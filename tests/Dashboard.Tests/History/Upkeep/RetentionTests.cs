using Dashboard.History.Upkeep;
using Dashboard.Live;

namespace Dashboard.Tests.History.Upkeep;

/// <summary>What is old goes, and what was made of it stays.</summary>
public sealed class RetentionTests : IAsyncLifetime
{
    private HistoryLab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = await HistoryLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Minutes_hours_and_sessions_go_in_their_time_and_days_stay()
    {
        SessionIdentity first = _lab.ConnectForHalfAnHour(received: 1000);
        _lab.Disconnect(first);
        SessionIdentity second = _lab.ConnectForHalfAnHour(received: 500);
        _lab.Disconnect(second);
        await _lab.RollUpAsync();

        _lab.PassUnwatched(TimeSpan.FromDays(32));
        await _lab.RollUpAsync();
        Assert.Equal((0, 1, 2), (await _lab.CountAsync("traffic"), await _lab.CountAsync("traffic_hour"), await _lab.CountAsync("session")));

        _lab.PassUnwatched(TimeSpan.FromDays(400));
        await _lab.RollUpAsync();
        Assert.Equal((0, 1, 1), (await _lab.CountAsync("traffic_hour"), await _lab.CountAsync("traffic_day"), await _lab.CountAsync("session")));
        Assert.True(_lab.Dashboard.Upkeep.Progress.PartitionsDropped >= 2);

        _lab.PassUnwatched(TimeSpan.FromDays(3653));
        await _lab.RollUpAsync();
        Assert.Equal((0, 0), (await _lab.CountAsync("traffic_day"), await _lab.CountAsync("traffic_month")));
    }

    [Fact]
    public async Task After_a_long_time_off_the_sums_are_made_before_the_minutes_go()
    {
        _lab.ConnectForHalfAnHour(received: 1000);
        await _lab.FlushAsync();
        _lab.PassUnwatched(TimeSpan.FromDays(200));

        await _lab.Dashboard.Upkeep.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, 1), (await _lab.CountAsync("traffic"), await _lab.CountAsync("traffic_hour")));
        UpkeepProgress progress = _lab.Dashboard.Upkeep.Progress;
        Assert.Equal((_lab.Now, 0, null, ""), (progress.LastRun, progress.HoursDue, progress.OldestDue, progress.Problem));
    }

    [Fact]
    public async Task A_report_that_reads_an_old_partition_is_not_disturbed_and_the_partition_goes_later()
    {
        _lab.ConnectForHalfAnHour(received: 1000);
        await _lab.RollUpAsync();
        _lab.PassUnwatched(TimeSpan.FromDays(40));
        await using (Npgsql.NpgsqlConnection report = await _lab.Dashboard.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using Npgsql.NpgsqlTransaction transaction = await report.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using Npgsql.NpgsqlCommand read = new("SELECT count(*) FROM traffic", report, transaction);
            await read.ExecuteScalarAsync(TestContext.Current.CancellationToken);
            await _lab.RollUpAsync();
            Assert.Equal(1, await _lab.CountAsync("traffic"));
        }

        await _lab.RollUpAsync();

        Assert.Equal(0, await _lab.CountAsync("traffic"));
    }

    [Fact]
    public async Task A_database_that_takes_nothing_is_told_in_words_and_tried_again()
    {
        await _lab.RollUpAsync();
        await _lab.ExecuteAsync("ALTER TABLE rollup_due RENAME TO hidden");

        await _lab.Dashboard.Upkeep.TryRunAsync(TestContext.Current.CancellationToken);
        Assert.Contains("rollup_due", _lab.Dashboard.Upkeep.Progress.Problem, StringComparison.Ordinal);

        await _lab.ExecuteAsync("ALTER TABLE hidden RENAME TO rollup_due");
        await _lab.Dashboard.Upkeep.TryRunAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", _lab.Dashboard.Upkeep.Progress.Problem);
    }

    [Fact]
    public async Task An_hour_is_due_when_it_is_over()
    {
        _lab.ConnectForHalfAnHour(received: 1000);
        await _lab.FlushAsync();
        await _lab.ExecuteAsync("ALTER VIEW traffic_minute RENAME TO hidden");

        await _lab.Dashboard.Upkeep.TryRunAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, null), (_lab.Dashboard.Upkeep.Progress.HoursDue, _lab.Dashboard.Upkeep.Progress.OldestDue));

        _lab.Pass(TimeSpan.FromMinutes(30));
        await _lab.Dashboard.Upkeep.TryRunAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, HistoryLab.Noon), (_lab.Dashboard.Upkeep.Progress.HoursDue, _lab.Dashboard.Upkeep.Progress.OldestDue));
    }

    [Fact]
    public async Task A_problem_is_told_no_longer_when_another_dashboard_looks_after_the_database()
    {
        _lab.ConnectForHalfAnHour(received: 1000);
        await _lab.FlushAsync();
        await _lab.ExecuteAsync("ALTER VIEW traffic_minute RENAME TO hidden");
        await _lab.Dashboard.Upkeep.TryRunAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual("", _lab.Dashboard.Upkeep.Progress.Problem);
        await using Npgsql.NpgsqlConnection other = await _lab.Dashboard.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using Npgsql.NpgsqlCommand claim = new("SELECT pg_advisory_lock($1)", other) { Parameters = { new() { Value = HistoryUpkeep.Lock } } };
        await claim.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await _lab.Dashboard.Upkeep.TryRunAsync(TestContext.Current.CancellationToken);

        Assert.Equal("", _lab.Dashboard.Upkeep.Progress.Problem);
    }
}
