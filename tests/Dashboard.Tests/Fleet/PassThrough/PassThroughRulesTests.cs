using Dashboard.Fleet.PassThrough;

namespace Dashboard.Tests.Fleet.PassThrough;

public sealed class PassThroughRulesTests
{
    [Theory]
    [InlineData("exit", "Leave")]
    [InlineData("\"quit\"", "Leave")]
    [InlineData("", "Nothing")]
    [InlineData("# a remark", "Nothing")]
    [InlineData("version 3", "Nothing")]
    [InlineData("version 5", "Answer")]
    [InlineData("bytecount 5", "ByteCounts")]
    [InlineData("state on", "Follow")]
    [InlineData("log on all", "Follow")]
    [InlineData("state", "Send")]
    [InlineData("status", "Send")]
    [InlineData("hold", "Send")]
    [InlineData("env-filter 1", "Refuse")]
    [InlineData("pkcs11-id-count", "Refuse")]
    [InlineData("test 100000", "Refuse")]
    [InlineData("kill \"half", "Refuse")]
    [InlineData("client-auth 0 1", "RefuseBlock")]
    [InlineData("\"client-auth\" 0 1", "RefuseBlock")]
    [InlineData("password Auth", "RefuseBlock")]
    [InlineData("no!such", "Refuse")]
    public void What_concerns_the_session_is_answered_here_or_refused_whatever_the_rights(string line, string verdict)
    {
        Assert.Equal(verdict, PassThroughRules.Judge(line, PassThroughAccess.Full).GetType().Name);
    }

    [Theory]
    [InlineData("kill alice")]
    [InlineData("client-kill 3 HALT")]
    [InlineData("client-auth-nt 0 1")]
    [InlineData("client-deny 0 1 no")]
    [InlineData("signal SIGTERM")]
    [InlineData("hold release")]
    [InlineData("verb 4")]
    [InlineData("mute 3")]
    [InlineData("env-filter 0")]
    [InlineData("auth-retry none")]
    [InlineData("forget-passwords")]
    [InlineData("password Auth secret")]
    [InlineData("push-update-broad \"route 192.0.2.0\"")]
    [InlineData("something-new")]
    public void What_changes_something_takes_full_access_and_is_marked_for_the_record(string line)
    {
        Assert.True(Assert.IsType<PassThroughVerdict.Send>(PassThroughRules.Judge(line, PassThroughAccess.Full)).ChangesSomething);
        Assert.IsType<PassThroughVerdict.Refuse>(PassThroughRules.Judge(line, PassThroughAccess.ReadOnly));
    }

    [Theory]
    [InlineData("help", "help")]
    [InlineData("status   3", "status 3")]
    [InlineData("'status' \"3\" # and a remark", "status 3")]
    [InlineData("remote-entry-get all", "remote-entry-get all")]
    public void What_only_asks_is_sent_to_everybody_as_one_plain_line(string line, string sent) =>
        Assert.Equal(new PassThroughVerdict.Send(sent, ChangesSomething: false), PassThroughRules.Judge(line, PassThroughAccess.ReadOnly));
}
