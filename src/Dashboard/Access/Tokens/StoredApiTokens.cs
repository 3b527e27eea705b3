using System.Collections.Concurrent;
using Dashboard.Access.Schema;
using Dashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Access.Tokens;

/// <summary>
/// The API tokens in the database. What was found is believed for some seconds, so that a busy program costs one query
/// in that time, and for as long as the database is away.
/// </summary>
internal sealed class StoredApiTokens(IDbContextFactory<DashboardDbContext> contexts, StorageState storage, TimeProvider time)
{
    /// <summary>How long a revoked token may still be used, through another dashboard on the same database; through this one not at all.</summary>
    public static readonly TimeSpan Believed = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_lastUsedPrecision = TimeSpan.FromMinutes(1);

    // Only tokens that exist come in here: strangers cannot fill it.
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _changes;

    /// <summary>Whose secret this is, by its hash; null when it is nobody's, or has expired.</summary>
    /// <exception cref="Exception">One for which <see cref="StorageFailure.Is"/> holds: the database is away and the token was not seen before.</exception>
    public async Task<ApiToken?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        string key = Convert.ToHexString(hash);
        DateTimeOffset now = time.GetUtcNow();
        int changes = Volatile.Read(ref _changes);
        if (!_known.TryGetValue(key, out Known? known) || now - known.ReadAt >= Believed)
        {
            try
            {
                if (!storage.Current.IsReady)
                    throw new TimeoutException("The database is away."); // known already: nobody waits to find out
                known = await ReadAsync(hash, now, cancellationToken);
            }
            catch (Exception e) when (known is not null && StorageFailure.Is(e))
            {
                known = known with { ReadAt = now };
            }
            Remember(key, known, changes);
        }
        return known is not null && !(known.ExpiresAt <= now) ? known.Token : null;
    }

    /// <summary>Forgets what was read: something has changed.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _changes++;
            _known.Clear();
        }
    }

    // What was read before something changed is good for the request that read it, and for no other.
    private void Remember(string key, Known? known, int changes)
    {
        lock (_gate)
        {
            if (known is null)
                _known.TryRemove(key, out _);
            else if (changes == _changes)
                _known[key] = known;
        }
    }

    private async Task<Known?> ReadAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using DashboardDbContext database = await contexts.CreateDbContextAsync(cancellationToken);
        // By the index, and not in constant time: how far the SHA-256 of a guess agrees with a stored one is of no use to the guesser.
        ApiTokenRow? row = await database.Set<ApiTokenRow>().AsNoTracking().SingleOrDefaultAsync(token => token.Hash == hash, cancellationToken);
        if (row is null)
            return null;
        if (!(row.ExpiresAt <= now) && !(now - row.LastUsedAt < s_lastUsedPrecision))
            await database.Set<ApiTokenRow>().Where(token => token.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(token => token.LastUsedAt, now), cancellationToken);
        return new Known(new ApiToken(row.Name, row.Role, row.Servers), row.ExpiresAt, now);
    }

    private sealed record Known(ApiToken Token, DateTimeOffset? ExpiresAt, DateTimeOffset ReadAt);
}
