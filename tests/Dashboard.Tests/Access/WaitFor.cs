using System.Diagnostics;

namespace Dashboard.Tests.Access;

/// <summary>Waits on a condition, with a limit.</summary>
internal static class WaitFor
{
    public static async Task<T> ValueAsync<T>(Func<T?> find) where T : class
    {
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            if (find() is { } found)
                return found;
            Assert.True(Stopwatch.GetElapsedTime(began) < TestWait.Limit, "It did not happen in time.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
