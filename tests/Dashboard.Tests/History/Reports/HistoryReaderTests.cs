using Dashboard.History.Reports;

namespace Dashboard.Tests.History.Reports;

/// <summary>How answers come from a real PostgreSQL.</summary>
public sealed class HistoryReaderTests : IAsyncLifetime
{
    private HistoryLab _lab = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await HistoryLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task An_answer_that_is_left_in_the_middle_ends_there()
    {
        HistoryReader reader = new(_lab.Dashboard.DataSource, _lab.Dashboard.State);
        const string Terabyte = "SELECT generate_series(1, 1000000000), repeat('x', 1000)";
        IAsyncEnumerator<int> rows = reader.StreamAsync(Terabyte, _ => { }, row => row.GetInt32(0), timeout: 0, Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await rows.MoveNextAsync());

        await rows.DisposeAsync().AsTask().WaitAsync(TestWait.Limit, Cancel);

        Assert.Equal(0, await _lab.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%generate_series%' AND datname = current_database() AND pid <> pg_backend_pid()"));
        Assert.Equal([1, 2], await reader.ReadAsync("SELECT generate_series(1, 2)", _ => { }, row => row.GetInt32(0), Cancel)); // the connection is as good as before
    }
}
