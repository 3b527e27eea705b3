using System.Diagnostics.Metrics;

using Dashboard.Fleet;
using Dashboard.History;
using Dashboard.Storage;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Tests.Shared;

namespace Dashboard.Tests.History;

/// <summary>The history's part of one dashboard process. To forget it without a last write is to kill the process.</summary>
internal sealed class HistoryProcess : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public HistoryProcess(IHistoryStore store, ManualTimeProvider time, int maxWaiting = 1_000_000)
    {
        Storage = new StorageState(time);
        Storage.Set(StorageCondition.Ready);
        Writer = new HistoryWriter(Ledger, store, Storage, Options.Create(new HistoryOptions()),
            new HistoryMetrics(_services.GetRequiredService<IMeterFactory>(), Ledger), time, NullLogger<HistoryWriter>.Instance)
        { MaxWaiting = maxWaiting };
    }

    public StorageState Storage { get; }
    public AccountingLedger Ledger { get; } = new();
    public HistoryWriter Writer { get; }
    public IFleetObserver Fleet => Writer;

    public void Dispose()
    {
        Writer.Dispose();
        _services.Dispose();
    }

    /// <returns>Whether it succeeded.</returns>
    public async Task<bool> FlushAsync(bool everything = false)
    {
        try
        {
            await Writer.FlushAsync(everything, TestContext.Current.CancellationToken);
            return true;
        }
        catch (Exception e) when (e is IOException or HistoryConflictException or Npgsql.NpgsqlException)
        {
            return false;
        }
    }
}
