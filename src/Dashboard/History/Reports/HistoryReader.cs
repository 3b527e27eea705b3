using System.Globalization;
using System.Runtime.CompilerServices;

using Dashboard.Storage;

using Npgsql;

namespace Dashboard.History.Reports;

/// <summary>Runs the reports' queries: bounded in time, and with the database's troubles put into words.</summary>
internal sealed class HistoryReader(NpgsqlDataSource dataSource, StorageState storage)
{
    /// <summary>Nobody waits longer for a page.</summary>
    private const int QueryTimeout = 30;

    /// <param name="bind">Gives the query its parameters.</param>
    /// <param name="map">Reads one row.</param>
    public async Task<List<T>> ReadAsync<T>(string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
    {
        List<T> rows = [];
        await foreach (T row in StreamAsync(sql, bind, map, QueryTimeout, cancellationToken))
            rows.Add(row);
        return rows;
    }

    /// <summary>The same for answers that are too long for memory: rows come as the database sends them.</summary>
    /// <param name="timeout">In seconds, for each time that the database is waited for; 0 is none.</param>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> map, int timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (storage.Current is { IsReady: false } status)
            throw new HistoryUnavailableException(status.Reason.Length > 0 ? status.Reason : "The database is being started.");
        await using NpgsqlConnection connection = await GuardAsync(() => dataSource.OpenConnectionAsync(cancellationToken).AsTask(), cancellationToken);
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = timeout }; // one of the data source itself cannot be cancelled
        bind(command.Parameters);
        await using NpgsqlDataReader reader = await GuardAsync(() => command.ExecuteReaderAsync(cancellationToken), cancellationToken);
        bool isLeft = false; // in the middle, by whoever reads
        try
        {
            while (await GuardAsync(() => reader.ReadAsync(cancellationToken), cancellationToken))
            {
                isLeft = true;
                yield return map(reader);
                isLeft = false;
            }
        }
        finally
        {
            if (isLeft)
                command.Cancel(); // else all the rest would be read before the reader is disposed
        }
    }

    private static async Task<T> GuardAsync<T>(Func<Task<T>> step, CancellationToken cancellationToken)
    {
        try
        {
            return await step();
        }
        catch (NpgsqlException e) when (e.InnerException is TimeoutException)
        {
            throw new HistoryUnavailableException(string.Create(CultureInfo.InvariantCulture, $"The database did not answer within {QueryTimeout} seconds. Ask for a shorter period, or for one server."), e);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException or ObjectDisposedException && !cancellationToken.IsCancellationRequested)
        {
            throw new HistoryUnavailableException($"The history cannot be read now: {StorageFaults.Explain(e)}", e);
        }
    }
}
