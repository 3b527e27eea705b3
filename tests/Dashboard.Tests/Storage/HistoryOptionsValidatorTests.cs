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

    [Fact]
    public void The_defaults_are_right() => Assert.True(new HistoryOptionsValidator().Validate(null, new HistoryOptions()).Succeeded);
}
