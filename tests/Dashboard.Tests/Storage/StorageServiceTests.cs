using Dashboard.Storage;

using Microsoft.EntityFrameworkCore;

using Npgsql;

using Tests.Shared;

namespace Dashboard.Tests.Storage;

public sealed class StorageServiceTests
{
    [Fact]
    public async Task Dashboards_that_start_together_on_an_empty_server_migrate_it_once()
    {
        string database = await TestDatabase.NewAsync();
        TestDashboard[] dashboards = [.. Enumerable.Range(0, 4).Select(_ => TestDashboard.On(database))];

        await Task.WhenAll(dashboards.Select(dashboard => dashboard.ReadyAsync()));

        await using (DashboardDbContext context = dashboards[0].Context())
            Assert.Equal(context.Database.GetMigrations(), await context.Database.GetAppliedMigrationsAsync(TestContext.Current.CancellationToken));
        foreach (TestDashboard dashboard in dashboards)
            await dashboard.DisposeAsync();
    }

    [Fact]
    public async Task The_migrations_make_what_the_model_says()
    {
        await using TestDashboard dashboard = await TestDashboard.On(await TestDatabase.NewAsync()).ReadyAsync();
        await using DashboardDbContext context = dashboard.Context();

        Assert.False(context.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task A_database_that_comes_late_is_waited_for_and_the_reason_is_told_meanwhile()
    {
        using TemporaryFolder folder = new();
        await using EmbeddedPostgres late = TestDatabase.Create(folder.Path);
        ManualTimeProvider time = new();
        await using TestDashboard dashboard = TestDashboard.On(late.ConnectionString, time);
        await dashboard.StartAsync();
        await TestWait.UntilAsync(() => dashboard.State.Current.Condition is StorageCondition.Unavailable);
        Assert.Contains("No connection to PostgreSQL", dashboard.State.Current.Reason, StringComparison.Ordinal);

        late.Claim();
        await late.StartAsync(TestContext.Current.CancellationToken);
        await TestWait.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return dashboard.State.Current.IsReady;
        });

        Assert.Equal("", dashboard.State.Current.Reason);
    }

    [Fact]
    public async Task A_database_of_a_newer_dashboard_is_left_alone()
    {
        string database = await TestDatabase.NewAsync();
        await using (TestDashboard older = await TestDashboard.On(database).ReadyAsync())
        {
            await using NpgsqlCommand command = older.DataSource.CreateCommand("""INSERT INTO "__EFMigrationsHistory" VALUES ('29990101000000_Future', '99')""");
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using TestDashboard dashboard = TestDashboard.On(database);
        await dashboard.StartAsync();
        await TestWait.UntilAsync(() => dashboard.State.Current.Condition is StorageCondition.Unavailable);

        Assert.Contains("29990101000000_Future", dashboard.State.Current.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_with_a_very_long_path_gets_its_socket_all_the_same()
    {
        using TemporaryFolder folder = new();
        string deep = Path.Combine(folder.Path, new string('d', 120), "with space, comma and 'quotes'");
        await using TestDashboard dashboard = await TestDashboard.WithOwnPostgres(deep).ReadyAsync();

        await using NpgsqlCommand command = dashboard.DataSource.CreateCommand("SELECT current_setting('listen_addresses') || '|' || current_setting('data_checksums')");

        Assert.Equal("|on", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Nobody_but_postgres_and_root_can_open_the_socket()
    {
        using TemporaryFolder folder = new();
        await using EmbeddedPostgres own = TestDatabase.Create(folder.Path);
        own.Claim();
        await own.StartAsync(TestContext.Current.CancellationToken);
        string socketFolder = new NpgsqlConnectionStringBuilder(own.ConnectionString).Host!;

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(socketFolder));
    }
}
