using Dashboard.Fleet.Operations;

namespace Dashboard.Tests.Fleet.Operations;

public sealed class CommandWordsTests
{
    [Theory]
    [InlineData("status 3", "status|3")]
    [InlineData("  kill   bob ", "kill|bob")]
    [InlineData("\"exit\"", "exit")]
    [InlineData("'exit' now", "exit|now")]
    [InlineData("\"a b\"c", "a b|c")]
    [InlineData("a\"b\" c", "a\"b\"|c")]
    [InlineData("say \\\"x\\\" \"\\\\\"", "say|\"x\"|\\")]
    [InlineData("'a\\b'", "a\\b")]
    [InlineData("help # exit", "help")]
    [InlineData("; exit", "")]
    [InlineData("\"\" x", "|x")]
    public void A_line_is_split_as_the_daemon_splits_it(string line, string words) =>
        Assert.Equal(words, string.Join('|', CommandWords.Split(line)!));

    [Theory]
    [InlineData("kill \"bob")]
    [InlineData("kill 'bob")]
    [InlineData("kill bob\\")]
    [InlineData("kill \\bob")]
    public void What_the_daemon_would_not_understand_is_not_split(string line) => Assert.Null(CommandWords.Split(line));
}
