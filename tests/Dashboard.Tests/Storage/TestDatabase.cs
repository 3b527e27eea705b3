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

    /// <summary>Connects to a database that does not exist yet: the application creates it.</summary>
    public static async Task<string> NewAsync() => new NpgsqlConnectionStringBuilder((await s_server.Value).ConnectionString)
    {
        Database = $"test_{Guid.NewGuid():N}",
        MaxPoolSize = 10,
    }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        if (s_server.IsValueCreated)
            await (await s_server.Value).DisposeAsync();
        s_folder.Dispose();
    }

    internal static EmbeddedPostgres Create(string dataFolder) =>
        new(Options.Create(new HistoryOptions { DataDirectory = dataFolder }), RepositoryRoot.Installation, NullLogger<EmbeddedPostgres>.Instance);

    private static async Task<EmbeddedPostgres> StartAsync()
    {
        EmbeddedPostgres server = Create(s_folder.Path);
        server.Claim();
        await server.StartAsync(CancellationToken.None);
        return server;
    }
}
