using Dashboard.Fleet.Operations;

namespace Dashboard.Tests.Fleet.Operations;

public sealed class RawCommandRulesTests
{
    [Theory]
    [InlineData("help")]
    [InlineData("status 3")]
    [InlineData("status 2")]
    [InlineData("log 20")]
    [InlineData("state on all")]
    [InlineData("version")]
    [InlineData("env-filter 0")]
    [InlineData("signal SIGUSR1")]
    [InlineData("kill \"Carol Van Dyke\"")]
    [InlineData("client-kill 3 HALT")]
    [InlineData("no-such-command")]
    public void What_does_no_harm_is_sent(string line) => Assert.Null(RawCommandRules.WhyNot(line));

    [Theory]
    [InlineData("exit")]
    [InlineData("quit")]
    [InlineData("\"exit\"")]
    [InlineData("'quit'")]
    [InlineData(" exit")]
    [InlineData("bytecount 0")]
    [InlineData("state off")]
    [InlineData("log on off")]
    [InlineData("echo \"off\"")]
    [InlineData("status")]
    [InlineData("status 1")]
    [InlineData("version 5")]
    [InlineData("env-filter 3")]
    [InlineData("client-auth 0 1")]
    [InlineData("\"client-auth\" 0 1")]
    [InlineData("client-pf 0")]
    [InlineData("pk-sig")]
    [InlineData("password Auth hunter2")]
    [InlineData("signal SIGTERM")]
    [InlineData("signal \"SIGINT\"")]
    [InlineData("pkcs11-id-count")]
    [InlineData("test 1000000")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("# a comment")]
    [InlineData("help\nexit")]
    [InlineData("help\rexit")]
    [InlineData("status\t3")]
    [InlineData("help\0")]
    [InlineData("kill \"bob")]
    public void What_would_break_the_session_is_not_sent_and_it_says_why(string line) =>
        Assert.False(string.IsNullOrWhiteSpace(RawCommandRules.WhyNot(line)));

    [Theory]
    [InlineData("password Auth hunter2", "password [hidden]")]
    [InlineData("'password' Auth hunter2", "password [hidden]")]
    [InlineData("password Auth \"hunter2", "[a line with unmatched quotes]")]
    [InlineData("kill bob", "kill bob")]
    public void What_may_hold_a_secret_is_not_kept(string line, string kept) => Assert.Equal(kept, RawCommandRules.ForRecord(line));
}
