using Dashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Access;

/// <summary>Runs what creates roles and the first administrator in a transaction of which there is one at a time, however many dashboards share the database.</summary>
internal static class AccessLock
{
    private const long Key = 0x6F76706E_61636373; // "ovpnaccs": any number that nothing else in this database locks

    /// <summary>Commits when <paramref name="work"/> returns true; else nothing of it remains.</summary>
    public static Task<bool> RunAsync(DashboardDbContext database, Func<Task<bool>> work, CancellationToken cancellationToken) =>
        database.Database.CreateExecutionStrategy().ExecuteAsync(async cancel =>
        {
            await using var transaction = await database.Database.BeginTransactionAsync(cancel);
            await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({Key})", cancel);
            if (!await work())
                return false;
            await transaction.CommitAsync(cancel);
            return true;
        }, cancellationToken);
}
