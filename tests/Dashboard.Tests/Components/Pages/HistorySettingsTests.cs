using Bunit;

using Dashboard.History;
using Dashboard.History.Events;
using Dashboard.History.Upkeep;
using Dashboard.Storage;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Npgsql;

using HistorySettingsPage = Dashboard.Components.Pages.HistorySettings;

namespace Dashboard.Tests.Components.Pages;

public sealed class HistorySettingsTests : ComponentTestContext
{
    private readonly NpgsqlDataSource _nowhere = NpgsqlDataSource.Create("Host=/nowhere/at/all;Username=x;Database=x");
    private readonly HistoryUpkeep _upkeep;

    public HistorySettingsTests()
    {
        IOptions<HistoryOptions> options = Options.Create(new HistoryOptions { KeepEvents = TimeSpan.FromDays(7) });
        _upkeep = new HistoryUpkeep(_nowhere, Storage, options, Time, NullLogger<HistoryUpkeep>.Instance);
        Services.AddSingleton(options);
        Services.AddSingleton(_upkeep);
        Services.AddSingleton(new AccountingLedger());
        Services.AddSingleton(new EventRecorder(new PostgresEventStore(_nowhere), Storage, Time, NullLogger<EventRecorder>.Instance));
    }

    [Fact]
    public void How_long_things_are_kept_is_told_with_the_setting()
    {
        string[] rows = [.. Render<HistorySettingsPage>().FindAll("tbody tr").Select(row => string.Join('|', row.QuerySelectorAll("td").Select(cell => cell.TextContent)))];

        Assert.Contains("Events: logs, states, echoes, holds, failed attempts|7 days|13 Nov 2026|Dashboard:History:KeepEvents", rows);
        Assert.Contains("Traffic by the minute|30 days|21 Oct 2026|Dashboard:History:KeepMinutes", rows);
    }

    [Fact]
    public void A_database_that_is_away_is_told_with_its_reason()
    {
        Storage.Set(StorageCondition.Unavailable, "It is <b>read-only</b>.");

        var cut = Render<HistorySettingsPage>();

        Assert.Contains("The database cannot be used", cut.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Contains("It is <b>read-only</b>.", cut.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Contains("waits for the database", cut.Find(".facts").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_round_that_failed_is_told_while_one_looks()
    {
        var cut = Render<HistorySettingsPage>();
        Assert.Contains("up to date", cut.Find(".facts").TextContent, StringComparison.Ordinal);

        await _upkeep.TryRunAsync(Xunit.TestContext.Current.CancellationToken);
        Time.Advance(TimeSpan.FromSeconds(1));

        cut.WaitForAssertion(() => Assert.Contains("ended early", cut.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Contains("tries again", cut.Find(".facts").TextContent, StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _upkeep.Dispose();
            _nowhere.Dispose();
        }
        base.Dispose(disposing);
    }
}
