using Dashboard.Access;
using Dashboard.History.Reports;
using Dashboard.Live;
using Dashboard.Storage;

using Npgsql;

namespace Dashboard.Tests.History;

/// <summary>A database that answers and takes nothing.</summary>
public sealed class StorageTroubleTests : IAsyncLifetime
{
    private HistoryLab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = await HistoryLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task A_database_that_is_read_only_is_told_and_read_and_gets_every_byte_later()
    {
        SessionIdentity alice = _lab.Connect("alice");
        _lab.Pass(TimeSpan.FromMinutes(5));
        _lab.Move(alice, 100, 1);
        await _lab.RollUpAsync();

        await SetReadOnlyAsync(true);
        _lab.Pass(TimeSpan.FromHours(2));
        _lab.Move(alice, 1000, 10);
        Assert.False(await _lab.Process.FlushAsync(everything: true));
        await _lab.Dashboard.Upkeep.TryRunAsync(TestContext.Current.CancellationToken);
        Assert.Contains("read-only", _lab.Dashboard.Upkeep.Progress.Problem, StringComparison.Ordinal);
        await _lab.Process.Writer.TryFlushAsync(everything: true, TestContext.Current.CancellationToken);
        Assert.Equal(new WriteFault("The database is read-only.", _lab.Now), _lab.Process.Storage.WriteFault);
        Assert.Equal(100, await ReceivedAsync());

        await SetReadOnlyAsync(false);
        await _lab.Process.Writer.TryFlushAsync(everything: true, TestContext.Current.CancellationToken);
        Assert.Null(_lab.Process.Storage.WriteFault);
        await _lab.RollUpAsync();
        Assert.Equal(1100, await ReceivedAsync());
        Assert.Equal("", _lab.Dashboard.Upkeep.Progress.Problem);
    }

    [Theory]
    [InlineData(PostgresErrorCodes.DiskFull, "disk is full")]
    [InlineData(PostgresErrorCodes.ReadOnlySqlTransaction, "read-only")]
    [InlineData(PostgresErrorCodes.InsufficientPrivilege, "no, no")]
    public void A_fault_is_told_in_words(string state, string words) =>
        Assert.Contains(words, StorageFaults.Explain(new PostgresException("no, no", "ERROR", "ERROR", state)), StringComparison.Ordinal);

    private async Task SetReadOnlyAsync(bool isReadOnly)
    {
        string database = await _lab.ScalarAsync<string>("SELECT current_database()::text");
        await _lab.ExecuteAsync($"SET transaction_read_only = off; ALTER DATABASE {database} SET default_transaction_read_only = {(isReadOnly ? "on" : "off")}");
        _lab.Dashboard.DataSource.Clear(); // connections learn it when they are made
    }

    private async Task<long> ReceivedAsync() => (await _lab.Dashboard.TrafficReports.TrafficAsync(
        ServerAccess.Everything, new TrafficQuery(HistoryRange.Create(HistoryLab.Noon, _lab.Now.AddHours(1)), "paris", null, TimeZoneInfo.Utc), TestContext.Current.CancellationToken)).ReceivedBytes;
}
