using System.Diagnostics;

namespace Tunnel.Tests.Support;

internal static class Wait
{
    /// <summary>How long something may take before a test says that it does not happen. Long, because other programs may be using the machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit, Cancel);

    public static Task Soon(this Task task) => task.WaitAsync(Limit, Cancel);

    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit, Cancel);

    public static Task Soon(this ValueTask task) => task.AsTask().WaitAsync(Limit, Cancel);

    /// <summary>Looks at a condition until it holds.</summary>
    public static async Task Until(Func<bool> condition, string what, TimeSpan? limit = null)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > (limit ?? Limit))
                Assert.Fail($"Waited {watch.Elapsed.TotalSeconds:0} s in vain: {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), Cancel);
        }
    }
}
