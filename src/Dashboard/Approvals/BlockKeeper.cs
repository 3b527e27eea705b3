using Dashboard.Storage;

namespace Dashboard.Approvals;

/// <summary>Brings the list of blocks and the database together: at the start, after each change, and now and then.</summary>
internal sealed class BlockKeeper(BlockList blocks, IBlockStore store, StorageState storage, TimeProvider time, ILogger<BlockKeeper> logger) : BackgroundService
{
    /// <summary>How soon a block that another dashboard made is known here.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(2);
    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await storage.WhenReadyAsync(stoppingToken);
                Task changed = blocks.WhenChanged;
                if (!await TrySyncAsync(stoppingToken))
                    await Task.Delay(s_retryAfter, time, stoppingToken);
                else if (blocks.Unsaved == 0)
                    await Task.WhenAny(changed, Task.Delay(s_interval, time, stoppingToken));
                stoppingToken.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The file has what the database was not told.
        }
    }

    internal async Task<bool> TrySyncAsync(CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<Block> unsaved = blocks.ToSave();
            if (unsaved.Count > 0)
                await store.SaveAsync(unsaved, cancellationToken);
            blocks.Settle(unsaved, await store.ReadActiveAsync(time.GetUtcNow(), cancellationToken));
            _failing = false;
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_failing)
                Log.BlocksNotSaved(logger, e);
            _failing = true;
            return false;
        }
    }
}
