using E2E.Browsers;
using E2E.Lab;
using E2E.Program;

using Microsoft.Playwright;

using Npgsql;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>The real PostgreSQL answers and takes nothing.</summary>
[Collection<LiveDashboardTests>]
public sealed class StorageTroublePageTests(LiveDashboard dashboard)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_that_is_read_only_is_told_and_what_is_live_goes_on()
    {
        await dashboard.AllClientsConnectedAsync(Cancel);
        await using Visit visit = await dashboard.SignInAsync(Screen.Light);
        ILocator banner = visit.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "History cannot be written" });
        await using NpgsqlDataSource database = await ProgramDatabase.OpenAsync(dashboard.Program, Cancel);
        await visit.GotoAsync("/reports?server=site%2Fparis");
        await Expect(banner).ToHaveCountAsync(0);

        await SetReadOnlyAsync(database, true);
        try
        {
            await Expect(banner).ToBeVisibleAsync();
            await Expect(banner).ToContainTextAsync("The database is read-only.");
            await visit.GotoAsync("/settings/history");
            await Expect(banner).ToBeVisibleAsync();
            await Expect(visit.Page.GetByText("cannot write")).ToBeVisibleAsync();

            long before = (await AliceAsync()).SentBytes;
            await dashboard.Lab.TrafficAsync("alice", 12, TimeSpan.FromSeconds(3), TrafficDirection.ToClient, Cancel);
            await Eventually.ReadAsync(AliceAsync, alice => alice.SentBytes > before + 1_000_000, Cancel);
            await visit.GotoAsync("/servers/site%2Fparis");
            await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "alice", Exact = true }).First).ToBeVisibleAsync();
        }
        finally
        {
            await SetReadOnlyAsync(database, false);
        }

        await visit.GotoAsync("/reports?server=site%2Fparis");
        await Expect(banner).ToHaveCountAsync(0);
        Assert.Empty(visit.Errors);
    }

    private static Task SetReadOnlyAsync(NpgsqlDataSource database, bool isReadOnly) =>
        database.ExecuteAsync($"SET default_transaction_read_only = off; COMMIT; ALTER SYSTEM SET default_transaction_read_only = {(isReadOnly ? "on" : "off")}; SELECT pg_reload_conf()", Cancel);

    private async Task<ApiClient> AliceAsync() => (await dashboard.ReadClientsAsync(Cancel)).Single(client => client.CommonName == "alice");
}
