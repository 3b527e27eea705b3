using Dashboard.History;

namespace Dashboard.Tests.History;

/// <summary>The sum of a session's rows equals the last counters that the daemon reported for it, to the byte.</summary>
public sealed class AccountingInvariantTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Rows_add_up_to_the_reported_counters_whatever_is_killed(int seed)
    {
        FakeHistoryStore store = new();
        Random faults = new(-seed);
        AccountingChaos? chaos = null;
        using AccountingChaos run = chaos = new AccountingChaos(store, seed, () =>
        {
            store.Next = faults.Next(2) == 0 ? FakeHistoryStore.Fault.BeforeCommit : FakeHistoryStore.Fault.AfterCommit;
            return chaos!.Process.FlushAsync(everything: faults.Next(2) == 0);
        });

        await run.RunAsync(300);

        Assert.NotEmpty(run.Seen);
        Assert.All(store.Traffic, row => Assert.True(row.Slice is { Received: >= 0, Sent: >= 0 }));
        foreach (AccountingChaos.Client client in run.Seen.Where(client => store.Has(client.Session.Id.Value)))
        {
            FakeHistoryStore.Row row = store.Session(client.Session.Id.Value);
            TrafficSlice[] slices = [.. store.Traffic.Where(traffic => traffic.Session == row.Number).Select(traffic => traffic.Slice)];
            Assert.Equal((row.Received, row.Sent), (slices.Sum(slice => slice.Received), slices.Sum(slice => slice.Sent)));
            if (run.IsAccountable(client))
                Assert.Equal((client.ReportedReceived, client.ReportedSent), (row.Received, row.Sent));
            else
                Assert.True(row.Received <= client.ReportedReceived && row.Sent <= client.ReportedSent, "More was booked than reported.");
        }
        Assert.All(run.Seen.Where(run.IsAccountable), client => Assert.True(store.Has(client.Session.Id.Value), "A session has no row."));
    }
}
