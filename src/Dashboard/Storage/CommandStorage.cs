using Dashboard.History;

using Microsoft.Extensions.Options;

using Npgsql;

namespace Dashboard.Storage;

/// <summary>
/// The database for a command of the program, which runs beside a dashboard or without one: a private PostgreSQL that nobody
/// runs is run for as long as this lives.
/// </summary>
internal sealed class CommandStorage : IAsyncDisposable
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly EmbeddedPostgres? _postgres;

    private CommandStorage(NpgsqlDataSource dataSource, EmbeddedPostgres? postgres) => (_dataSource, _postgres) = (dataSource, postgres);

    /// <param name="app">Composed and not started.</param>
    public static async Task<CommandStorage> OpenAsync(WebApplication app, CancellationToken cancellationToken = default)
    {
        EmbeddedPostgres? postgres = string.IsNullOrWhiteSpace(app.Services.GetRequiredService<IOptions<HistoryOptions>>().Value.ConnectionString)
            ? app.Services.GetRequiredService<EmbeddedPostgres>()
            : null;
        CommandStorage storage = new(app.Services.GetRequiredService<NpgsqlDataSource>(), postgres);
        try
        {
            if (postgres is not null && TryClaim(postgres))
                await postgres.StartAsync(cancellationToken);
            return storage;
        }
        catch
        {
            await storage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Why a command could not do its work, for a person.</summary>
    public static string Explain(Exception fault) =>
        fault.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidCatalogName }
            ? "The database is not one of this version: start the dashboard once, then try again."
            : fault.GetBaseException().Message;

    public async ValueTask DisposeAsync()
    {
        if (_postgres is null)
            return;
        await _dataSource.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    // Whoever has the data folder runs its PostgreSQL, whose socket we can open then.
    private static bool TryClaim(EmbeddedPostgres postgres)
    {
        try
        {
            postgres.Claim();
            return true;
        }
        catch (StorageException e) when (e.InnerException is IOException)
        {
            return false;
        }
    }
}
