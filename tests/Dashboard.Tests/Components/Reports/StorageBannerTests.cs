using Bunit;

using Dashboard.Components.Reports;
using Dashboard.History;
using Dashboard.Storage;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Npgsql;

using ClientPage = Dashboard.Components.Pages.Client;
using ReportsPage = Dashboard.Components.Pages.Reports;

namespace Dashboard.Tests.Components.Reports;

public sealed class StorageBannerTests : ComponentTestContext
{
    public StorageBannerTests() => Services.AddSingleton(Options.Create(new HistoryOptions()));

    [Fact]
    public void Nothing_is_said_while_nothing_is_the_matter() => Assert.Equal("", Render<StorageBanner>().Markup.Trim());

    [Theory]
    [InlineData(PostgresErrorCodes.DiskFull, "disk is full: make room")]
    [InlineData(PostgresErrorCodes.ReadOnlySqlTransaction, "read-only")]
    public void A_database_that_takes_nothing_is_told_for_as_long_as_it_does(string state, string words)
    {
        var cut = Render<StorageBanner>();

        Storage.WriteFailed(new PostgresException("no, no", "ERROR", "ERROR", state));
        Time.Advance(TimeSpan.FromSeconds(1));
        cut.WaitForAssertion(() => Assert.Contains(words, cut.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Contains("what is live is not affected", cut.Find("[role=alert]").TextContent, StringComparison.Ordinal);

        Storage.Written();
        Time.Advance(TimeSpan.FromSeconds(1));
        cut.WaitForAssertion(() => Assert.Empty(cut.FindAll("[role=alert]")));
    }

    [Fact]
    public void Since_when_is_the_first_failure_in_a_row()
    {
        Storage.WriteFailed(new StorageException("one"));
        Time.Advance(TimeSpan.FromMinutes(3));
        Storage.WriteFailed(new StorageException("<b>two</b>"));

        Assert.Equal(new WriteFault("<b>two</b>", Sample.Now), Storage.WriteFault);
        Assert.Contains("<b>two</b>", Render<StorageBanner>().Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_of_a_newer_dashboard_is_told_with_its_reason()
    {
        Storage.Set(StorageCondition.Unavailable, "The database was made by a newer dashboard (it has 2999_Future): update this one.");

        Assert.Contains("update this one", Render<StorageBanner>().Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(ReportsPage))]
    [InlineData(typeof(ClientPage))]
    public void The_pages_of_the_history_say_that_it_cannot_be_written(Type page)
    {
        Storage.WriteFailed(new PostgresException("no, no", "ERROR", "ERROR", PostgresErrorCodes.DiskFull));

        var cut = Render(builder =>
        {
            builder.OpenComponent(0, page);
            builder.CloseComponent();
        });

        Assert.Contains("History cannot be written", cut.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }
}
