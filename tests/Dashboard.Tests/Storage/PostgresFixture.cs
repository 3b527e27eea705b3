using Dashboard.History;
using Dashboard.Storage;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Npgsql;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
[assembly: AssemblyFixture(typeof(Dashboard.Tests.Storage.PostgresFixture))]

namespace Dashboard.Tests.Storage;

/// <summary>One real PostgreSQL for all tests, the dashboard's own; each test that asks gets a database for itself.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly EmbeddedPostgres _postgres;

    public PostgresFixture() => _postgres = Create(_folder.Path);

    internal static EmbeddedPostgres Create(string dataFolder) =>
        new(Options.Create(new HistoryOptions { DataDirectory = dataFolder }), RepositoryRoot.Installation, NullLogger<EmbeddedPostgres>.Instance);

    public async ValueTask InitializeAsync()
    {
        _postgres.Claim();
        await _postgres.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Connects to a database that is not there yet.</summary>
    public string NewDatabase() => new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Database = $"test_{Guid.NewGuid():N}" }.ConnectionString;
}
