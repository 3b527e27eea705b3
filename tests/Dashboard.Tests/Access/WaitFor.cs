using System.Diagnostics;

namespace Dashboard.Tests.Access;

/// <summary>Waits on a condition, with a limit.</summary>
internal static class WaitFor
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    public static async Task<T> ValueAsync<T>(Func<T?> find) where T : class
    {
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            if (find() is { } found)
                return found;
            Assert.True(Stopwatch.GetElapsedTime(began) < s_limit, "It did not happen in time.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
