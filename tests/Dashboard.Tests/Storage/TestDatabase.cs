using Dashboard.History;
using Dashboard.Storage;
using Dashboard.Tests.Storage;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Npgsql;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
[assembly: AssemblyFixture(typeof(TestDatabase))]

namespace Dashboard.Tests.Storage;

/// <summary>
/// One real PostgreSQL for all tests, the dashboard's own, started for the first that asks; each test gets a database for itself.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly TemporaryFolder s_folder = new();
    private static readonly Lazy<Task<EmbeddedPostgres>> s_server = new(StartAsync);
    private static readonly Lazy<Task<string>> s_template = new(MakeTemplateAsync);

    /// <summary>Connects to a database that does not exist yet: the application creates it.</summary>
    public static async Task<string> NewAsync() => new NpgsqlConnectionStringBuilder((await s_server.Value).ConnectionString)
    {
        Database = $"test_{Guid.NewGuid():N}",
        MaxPoolSize = 10,
        CommandTimeout = (int)TestWait.Limit.TotalSeconds,
    }.ConnectionString;

    /// <summary>From now on nobody is connected to this database, and nobody can connect.</summary>
    public static async Task CloseAsync(string connectionString)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString);
        string name = address.Database!;
        address.Database = "postgres";
        await using var server = new NpgsqlConnection(address.ConnectionString);
        await server.OpenAsync();
        await using var close = new NpgsqlCommand($"ALTER DATABASE {name} ALLOW_CONNECTIONS false", server);
        await close.ExecuteNonQueryAsync();
        await using var end = new NpgsqlCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", server) { Parameters = { new() { Value = name } } };
        await end.ExecuteNonQueryAsync();
    }

    /// <summary>Connects to a database that is ready to be used: quicker where the test is not about its making.</summary>
    public static async Task<string> MigratedAsync()
    {
        string template = await s_template.Value;
        NpgsqlConnectionStringBuilder database = new(await NewAsync());
        await using NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "postgres" }.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand create = new($"CREATE DATABASE {database.Database} TEMPLATE {template}", connection);
        await create.ExecuteNonQueryAsync();
        return database.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (s_server.IsValueCreated)
            await (await s_server.Value).DisposeAsync();
        s_folder.Dispose();
    }

    internal static EmbeddedPostgres Create(string dataFolder) =>
        new(Options.Create(new HistoryOptions { DataDirectory = dataFolder }), RepositoryRoot.Installation, NullLogger<EmbeddedPostgres>.Instance);

    private static async Task<string> MakeTemplateAsync()
    {
        NpgsqlConnectionStringBuilder template = new(await NewAsync()) { Pooling = false }; // nobody may be connected to a template
        await using TestDashboard dashboard = TestDashboard.On(template.ConnectionString);
        await dashboard.ReadyAsync();
        return template.Database!;
    }

    private static async Task<EmbeddedPostgres> StartAsync()
    {
        EmbeddedPostgres server = Create(s_folder.Path);
        server.Claim();
        await server.StartAsync(CancellationToken.None);
        await using NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "postgres" }.ConnectionString);
        await connection.OpenAsync();
        // Nothing here has to survive a crash of the machine, and so no test waits for a busy disk.
        foreach (string setting in (string[])["fsync", "synchronous_commit", "full_page_writes"])
        {
            await using NpgsqlCommand turnOff = new($"ALTER SYSTEM SET {setting} = off", connection);
            await turnOff.ExecuteNonQueryAsync();
        }
        await using NpgsqlCommand reload = new("SELECT pg_reload_conf()", connection);
        await reload.ExecuteNonQueryAsync();
        return server;
    }
}
