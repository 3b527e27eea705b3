namespace Dashboard.Tests;

/// <summary>Waits for what other threads and processes do.</summary>
internal static class TestWait
{
    /// <summary>How long something may take before a test says that it does not happen. Long, because other programs may be using the machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        while (!condition())
            await Task.Delay(10, limit.Token);
    }

    /// <summary>Reads until what was read is as it should be.</summary>
    public static async Task<T> ReadAsync<T>(Func<Task<T>> read, Func<T, bool> condition)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        while (true)
        {
            T value = await read();
            if (condition(value))
                return value;
            await Task.Delay(20, limit.Token);
        }
    }
}
