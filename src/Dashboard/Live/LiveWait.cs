namespace Dashboard.Live;

/// <summary>Waiting for something to become visible.</summary>
internal static class LiveWait
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until a server's snapshot fulfils a condition.</summary>
    /// <returns>False when it did not within the limit.</returns>
    public static async Task<bool> UntilAsync(this LiveStore live, string server, Func<ServerSnapshot, bool> condition, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        TaskCompletionSource fulfilled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable subscription = live.Subscribe(Look, s_look);
        await Look(); // after the subscription: nothing falls between
        try
        {
            await fulfilled.Task.WaitAsync(limit, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }

        Task Look()
        {
            if (live.Find(server) is { } snapshot && condition(snapshot))
                fulfilled.TrySetResult();
            return Task.CompletedTask;
        }
    }
}
