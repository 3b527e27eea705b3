using System.Net;

namespace DualStack;

/// <summary>
/// Dials all addresses of a name in the order in which they were resolved, each a little after the one before it (RFC 8305), and keeps the first
/// that answers: a family that is dead costs no more than <see cref="Stagger"/>.
/// </summary>
internal static class StaggeredDialer
{
    /// <summary>How long an attempt has for itself before the next one begins beside it.</summary>
    public static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The next attempt starts when the one before has failed or has had its time; the first that succeeds wins, and the others are cancelled and
    /// disposed. When all fail, the first failure is thrown.
    /// </summary>
    public static async Task<T> ConnectAsync<T>(
        IReadOnlyList<IPAddress> addresses,
        int port,
        Func<IPEndPoint, CancellationToken, Task<T>> connect,
        TimeProvider time,
        CancellationToken cancellationToken)
        where T : IAsyncDisposable
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<T>> running = [];
        Exception? firstFailure = null;
        int next = 0;
        try
        {
            while (true)
            {
                if (next < addresses.Count)
                    running.Add(connect(new IPEndPoint(addresses[next++], port), others.Token));
                if (running.Count == 0)
                    throw firstFailure!;
                Task<Task<T>> any = Task.WhenAny(running);
                if (next < addresses.Count)
                {
                    using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    Task stagger = Task.Delay(Stagger, time, tooLong.Token);
                    Task first = await Task.WhenAny(any, stagger).ConfigureAwait(false);
                    await tooLong.CancelAsync().ConfigureAwait(false);
                    if (first == stagger)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        continue;
                    }
                }

                Task<T> ended = await any.ConfigureAwait(false);
                running.Remove(ended);
                try
                {
                    return await ended.ConfigureAwait(false);
                }
                catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
                {
                    firstFailure ??= failure;
                }
            }
        }
        finally
        {
            await others.CancelAsync().ConfigureAwait(false);
            foreach (Task<T> loser in running)
                _ = DisposeLateAsync(loser);
        }
    }

    private static async Task DisposeLateAsync<T>(Task<T> loser)
        where T : IAsyncDisposable
    {
        await ((Task)loser).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (loser.IsCompletedSuccessfully)
            await (await loser.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        else
            _ = loser.Exception;
    }
}
