using Dashboard.History;

namespace Dashboard.Tests.Storage;

public sealed class HistoryOptionsValidatorTests
{
    [Fact]
    public void Every_mistake_is_told_at_once_under_its_key()
    {
        HistoryOptions options = new() { DataDirectory = " ", FlushInterval = TimeSpan.Zero };

        string[] failures = [.. new HistoryOptionsValidator().Validate(null, options).Failures!];

        Assert.Collection(failures,
            failure => Assert.Contains("Dashboard:History:DataDirectory", failure, StringComparison.Ordinal),
            failure => Assert.Contains("Dashboard:History:FlushInterval", failure, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Database=x")]
    [InlineData("no connection string at all; secret")]
    [InlineData("Host=db;Port=many;Password=secret")]
    public void A_connection_string_that_does_not_work_is_refused_and_not_repeated(string connectionString)
    {
        string failure = Assert.Single(new HistoryOptionsValidator().Validate(null, new HistoryOptions { ConnectionString = connectionString }).Failures!);

        Assert.Contains("Dashboard:History:ConnectionString", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(31, false)]
    [InlineData(32, true)]
    public void Sessions_outlive_the_minutes_that_are_added_up_by_them(int days, bool isEnough)
    {
        HistoryOptions options = new() { KeepMinutes = TimeSpan.FromDays(30), KeepSessions = TimeSpan.FromDays(days) };

        IEnumerable<string> failures = new HistoryOptionsValidator().Validate(null, options).Failures ?? [];

        Assert.Equal(isEnough ? [] : ["Dashboard:History:KeepSessions"], failures.Select(failure => failure.Split(' ').First(word => word.StartsWith("Dashboard:", StringComparison.Ordinal)).TrimEnd(':')));
    }

    [Fact]
    public void The_longest_that_minutes_can_be_kept_is_enough_for_sessions_too()
    {
        TimeSpan longest = TimeSpan.FromDays(36_525);
        HistoryOptions options = new() { KeepMinutes = longest, KeepHours = longest, KeepDays = longest, KeepSessions = longest };

        Assert.True(new HistoryOptionsValidator().Validate(null, options).Succeeded);
    }

    [Fact]
    public void The_defaults_are_right() => Assert.True(new HistoryOptionsValidator().Validate(null, new HistoryOptions()).Succeeded);
}
