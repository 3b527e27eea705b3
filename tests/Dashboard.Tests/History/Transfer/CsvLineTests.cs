using System.Text;

using Dashboard.History.Reports;
using Dashboard.History.Transfer;

namespace Dashboard.Tests.History.Transfer;

public sealed class CsvLineTests
{
    [Theory]
    [InlineData("alice", "\"alice\"")]
    [InlineData("two, words", "\"two, words\"")]
    [InlineData("a \"quote\"", "\"a \"\"quote\"\"\"")]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("  =1+1", "\"'  =1+1\"")]
    [InlineData("\t=1+1", "\"'\t=1+1\"")]
    [InlineData("\r\n=1", "\"'\r\n=1\"")]
    [InlineData("＝1+1", "\"'＝1+1\"")]
    [InlineData("", "\"\"")]
    public void A_text_is_quoted_and_never_a_formula(string text, string field) => Assert.Equal(field + "\r\n", Line(text));

    [Fact]
    public void Values_are_written_for_machines() => Assert.Equal(
        "-5,1.5,true,2026-03-01T11:00:00.25Z,2026-03-01,90,fiveMinutes,\r\n",
        Line(-5L, 1.5, true, new DateTimeOffset(2026, 3, 1, 12, 0, 0, 250, TimeSpan.FromHours(1)), new DateOnly(2026, 3, 1), TimeSpan.FromSeconds(90), TrafficStep.FiveMinutes, null));

    private static string Line(params object?[] fields)
    {
        StringBuilder line = new();
        CsvLine.Append(line, fields);
        return line.ToString();
    }
}
