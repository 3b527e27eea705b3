using Dashboard.History;
using Dashboard.Storage;
using Dashboard.Tests.Access;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

[assembly: AssemblyFixture(typeof(TestDatabase))]

namespace Dashboard.Tests.Access;

/// <summary>One private PostgreSQL for all tests, started for the first that asks; each test gets a database of its own in it.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Lazy<Task<EmbeddedPostgres>> s_server = new(StartAsync);

    /// <summary>The database does not exist yet: the application creates it.</summary>
    public static async Task<string> NewAsync() => new NpgsqlConnectionStringBuilder((await s_server.Value).ConnectionString)
    {
        Database = $"test_{Guid.NewGuid():N}",
        MaxPoolSize = 10,
        Pooling = true,
    }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        if (!s_server.IsValueCreated)
            return;
        EmbeddedPostgres server = await s_server.Value;
        await server.DisposeAsync();
        Directory.Delete(server.DataFolder, recursive: true);
    }

    private static async Task<EmbeddedPostgres> StartAsync()
    {
        var options = new HistoryOptions { DataDirectory = Path.Combine(Path.GetTempPath(), $"dashboard-test-{Guid.NewGuid():N}") };
        var server = new EmbeddedPostgres(Options.Create(options), new InstallationRoot(FindRoot()), NullLogger<EmbeddedPostgres>.Instance);
        server.Claim();
        await server.StartAsync(CancellationToken.None);
        return server;
    }

    /// <summary>The folder that holds <c>node_modules</c>.</summary>
    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Dashboard.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No Dashboard.sln above {AppContext.BaseDirectory}.");
    }
}
