using System.Threading.Channels;

namespace Dashboard.Live;

/// <summary>Turns any number of signals into calls that are at least an interval apart: "dirty" is a flag, not a queue.</summary>
internal sealed class CoalescingCallback : IDisposable
{
    private readonly Channel<bool> _dirty = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _ended = new();

    public CoalescingCallback(Func<Task> callback, TimeSpan minInterval, TimeProvider time, ILogger logger) =>
        _ = RunAsync(callback, minInterval, time, logger, _ended.Token);

    public void Signal() => _dirty.Writer.TryWrite(true);

    public void Dispose()
    {
        _dirty.Writer.TryComplete();
        _ended.Cancel();
    }

    private async Task RunAsync(Func<Task> callback, TimeSpan minInterval, TimeProvider time, ILogger logger, CancellationToken ended)
    {
        await foreach (bool _ in _dirty.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (ended.IsCancellationRequested)
                return;
            try
            {
                await callback();
            }
            catch (Exception e)
            {
                if (!ended.IsCancellationRequested)
                    Log.SubscriberFailed(logger, e);
            }
            await Task.Delay(minInterval, time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
