using System.Collections;
using System.Runtime.CompilerServices;

namespace E2E;

/// <summary>Waits for real daemons and browsers, which have no clock that a test could turn.</summary>
internal static class Eventually
{
    /// <summary>How long something may take before a test says that it does not happen. Long, because other programs may be using the machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Reads until what is read satisfies the condition, and returns it; fails with the last value at the limit.</summary>
    public static async Task<T> ReadAsync<T>(
        Func<Task<T>> read,
        Func<T, bool> condition,
        CancellationToken cancellationToken,
        TimeSpan? within = null,
        [CallerArgumentExpression(nameof(condition))] string? description = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(within ?? Limit);
        while (true)
        {
            T value = await read();
            if (condition(value))
                return value;
            await Task.Delay(s_pause, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"Not within {(within ?? Limit).TotalSeconds} s: {description}. Last read: {Describe(value)}");
        }
    }

    private static string Describe<T>(T value) =>
        value is IEnumerable items and not string ? $"[{string.Join(", ", items.Cast<object>())}]" : $"{value}";
}
