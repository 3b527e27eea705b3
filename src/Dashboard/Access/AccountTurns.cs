namespace Dashboard.Access;

/// <summary>
/// One password check at a time for each account: the count of failures is read and written by each check, so guesses
/// in parallel would otherwise be counted as one.
/// </summary>
internal sealed class AccountTurns
{
    // A fixed number of turns that account names share: unknown names, too, cost nothing to keep.
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(static _ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits for the account's turn; disposing the result ends it.</summary>
    public async Task<IDisposable> TakeAsync(string userName, CancellationToken cancellationToken)
    {
        SemaphoreSlim turn = _turns[(uint)StringComparer.OrdinalIgnoreCase.GetHashCode(userName) % (uint)_turns.Length];
        await turn.WaitAsync(cancellationToken);
        return new Turn(turn);
    }

    private sealed class Turn(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
