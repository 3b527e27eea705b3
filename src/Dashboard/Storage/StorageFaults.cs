using Npgsql;

namespace Dashboard.Storage;

/// <summary>What is the matter with the database, in a person's words; never the connection string.</summary>
internal static class StorageFaults
{
    public static string Explain(Exception e) => e switch
    {
        StorageException => e.Message,
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "The database's disk is full: make room, and writing goes on.",
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => "The database is read-only.",
        PostgresException postgres => $"PostgreSQL says: {postgres.MessageText} ({postgres.SqlState})",
        NpgsqlException { InnerException: { } inner } => $"No connection to PostgreSQL: {inner.Message}",
        InvalidOperationException { InnerException: NpgsqlException inner } => Explain(inner), // how EF wraps what may pass
        _ => e.Message,
    };
}
