namespace E2E.Lab;

/// <summary>Traffic that flows until disposal. Disposal fails if it had ended earlier, because then nothing flowed while the test looked.</summary>
public sealed class KeptTraffic : IAsyncDisposable
{
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _enough = new();
    private readonly Task _moving;

    internal KeptTraffic(Func<CancellationToken, Task> move) => _moving = move(_enough.Token);

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _moving);
        _enough.Dispose();
    }
}
