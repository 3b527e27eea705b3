using Dashboard.History.Transfer;

namespace Dashboard.Tests.History.Transfer;

public sealed class HistoryCommandLineTests
{
    [Theory]
    [InlineData("")]
    [InlineData("import")]
    [InlineData("import --server")]
    [InlineData("import --zone Moon/Tycho file")]
    [InlineData("import --user alice file")]
    [InlineData("export")]
    [InlineData("export everything")]
    [InlineData("export sessions minutes")]
    [InlineData("export sessions --from yesterday")]
    [InlineData("destroy file")]
    public void What_makes_no_sense_is_not_understood(string words) => Assert.Null(HistoryCommandLine.Parse(words.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public void Files_options_and_settings_are_told_apart()
    {
        HistoryCommandLine line = HistoryCommandLine.Parse(["import", "one", "--server", "site/paris", "two", "--zone", "Europe/Paris", "--Dashboard:History:DataDirectory=x"])!;

        Assert.Equal(["one", "two"], line.Files);
        Assert.Equal(("site/paris", "Europe/Paris"), (line.Server, line.Zone.Id));
        Assert.Equal(["--Dashboard:History:DataDirectory=x"], line.Rest);
    }

    [Fact]
    public void An_export_has_a_table_and_a_period()
    {
        HistoryCommandLine line = HistoryCommandLine.Parse(["export", "minutes", "--from", "2026-03-01", "--to", "2026-03-02T12:00:00+01:00", "--user", "alice"])!;

        Assert.Equal(("minutes", "alice"), (line.Table, line.User));
        Assert.Equal((new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 3, 2, 11, 0, 0, TimeSpan.Zero)), (line.From, line.To));
    }
}
