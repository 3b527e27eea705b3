using Dashboard.Components.Viewing;

namespace Dashboard.Tests.Components.Viewing;

public sealed class ElapsedTests
{
    [Theory]
    [InlineData("-00:00:05", "0 s")]
    [InlineData("00:00:00.9", "0 s")]
    [InlineData("00:00:59.9", "59 s")]
    [InlineData("00:01:00", "1 min")]
    [InlineData("00:41:59", "41 min")]
    [InlineData("03:00:00", "3 h")]
    [InlineData("03:12:00", "3 h 12 min")]
    [InlineData("1.00:00:00", "1 d")]
    [InlineData("31.23:59:59", "31 d")]
    public void Time_passed_is_said_in_its_largest_units(string time, string words) =>
        Assert.Equal(words, Elapsed.Words(TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture)));
}
