using Mgmt.Core.Echo;

namespace Mgmt.Core.Tests.Echo;

public sealed class EchoInterpreterTests
{
    private readonly EchoInterpreter _echo = new();

    [Fact]
    public void Text_is_collected_and_shown_once()
    {
        Interpret("msg First line", "msg-n Second ", "msg line");

        Assert.Equal(new EchoCommand.Message("Welcome all", "First line\nSecond line", IsNotification: false, IsRepeated: false), _echo.Interpret("msg-window Welcome all"));
        Assert.Equal(new EchoCommand.Message("Again", "", IsNotification: true, IsRepeated: false), _echo.Interpret("msg-notify Again"));
    }

    [Fact]
    public void Only_the_last_line_end_is_taken_away()
    {
        Interpret("msg a", "msg", "msg");

        Assert.Equal("a\n\n", ((EchoCommand.Message)_echo.Interpret("msg-window t")).Text);
    }

    [Theory]
    [InlineData("a%2Cb", "a,b")]
    [InlineData("a%2cb", "a,b")]
    [InlineData("100%25", "100%")]
    [InlineData("%c3%A9%E6%97%A5", "é日")]
    [InlineData("%F0%9F%98%80", "😀")]
    [InlineData("100%", "100%")]
    [InlineData("%2", "%2")]
    [InlineData("%zz%2C", "%zz,")]
    [InlineData("%ff%fe", "%ff%fe")]
    [InlineData("%c3x%c3%a9", "%c3xé")]
    [InlineData("%00", "%00")]
    [InlineData("%2525", "%25")]
    public void Percent_sequences_are_decoded_and_bad_ones_shown_as_they_are(string written, string shown)
    {
        Interpret("msg-n " + written);

        Assert.Equal(shown, ((EchoCommand.Message)_echo.Interpret("msg-window t")).Text);
    }

    [Fact]
    public void A_long_run_of_percent_sequences_is_decoded_across_every_boundary()
    {
        Interpret("msg-n " + string.Concat(Enumerable.Repeat("%E6%97%A5", 1000)));

        Assert.Equal(new string('日', 1000), ((EchoCommand.Message)_echo.Interpret("msg-window t")).Text);
    }

    [Fact]
    public void A_message_that_comes_again_after_a_restart_is_marked_as_repeated()
    {
        Assert.False(Show("Title", "text"));
        Assert.True(Show("Title", "text"));
        Assert.False(Show("Other title", "text"));
        Assert.False(Show("Title", "other text"));
        Interpret("msg text");
        Assert.False(((EchoCommand.Message)_echo.Interpret("msg-notify Title")).IsRepeated);

        _echo.Reset();

        Assert.False(Show("Title", "text"));

        bool Show(string title, string text)
        {
            Interpret("msg " + text);
            return ((EchoCommand.Message)_echo.Interpret("msg-window " + title)).IsRepeated;
        }
    }

    [Fact]
    public void Variables_get_their_prefix_and_the_last_one_wins()
    {
        Assert.Equal(new EchoCommand.Variable("OPENVPN_PATH", "first value"), _echo.Interpret("setenv PATH first value"));
        Interpret("setenv PATH second", "setenv empty");

        Assert.Equal("second", _echo.Settings.Environment["OPENVPN_PATH"]);
        Assert.Equal("", _echo.Settings.Environment["OPENVPN_empty"]);
    }

    [Theory]
    [InlineData("setenv a-b x")]
    [InlineData("setenv")]
    [InlineData("setenv  x")]
    [InlineData("setenv é x")]
    [InlineData("setenv a=b x")]
    public void A_variable_with_an_invalid_name_is_ignored(string line)
    {
        Assert.IsType<EchoCommand.Ignored>(_echo.Interpret(line));
        Assert.Empty(_echo.Settings.Environment);
    }

    [Fact]
    public void Variables_win_over_the_process_environment_and_leave_the_rest()
    {
        Interpret("setenv A new");

        IReadOnlyDictionary<string, string> merged = _echo.Settings.MergeInto([new("OPENVPN_A", "old"), new("PATH", "/bin")]);

        Assert.Equal(("new", "/bin"), (merged["OPENVPN_A"], merged["PATH"]));
    }

    [Fact]
    public void Password_rules_follow_the_last_command()
    {
        Assert.Equal(new EchoCommand.SavePasswords(PasswordSaving.Allowed, ForgetSaved: false), _echo.Interpret("save-passwords"));
        Assert.Equal(new EchoCommand.SavePasswords(PasswordSaving.Forbidden, ForgetSaved: true), _echo.Interpret("disable-save-passwords"));
        Assert.Equal(PasswordSaving.Forbidden, _echo.Settings.PasswordSaving);
        Assert.IsType<EchoCommand.ForgetPasswords>(_echo.Interpret("forget-passwords"));
        Assert.Equal(PasswordSaving.Forbidden, _echo.Settings.PasswordSaving);
    }

    [Theory]
    [InlineData("something new")]
    [InlineData("")]
    [InlineData(" msg x")]
    [InlineData("MSG x")]
    [InlineData("forget-passwords now")]
    public void An_unknown_command_is_kept_as_it_came(string line) =>
        Assert.Equal(new EchoCommand.Unknown(line), _echo.Interpret(line));

    [Fact]
    public void A_message_without_end_does_not_fill_the_memory()
    {
        for (int i = 0; i < 1000; i++)
            Interpret("msg " + new string('x', 200));

        Assert.Equal(EchoInterpreter.MaxMessageLength, ((EchoCommand.Message)_echo.Interpret("msg-window t")).Text.Length);
    }

    private void Interpret(params string[] lines)
    {
        foreach (string line in lines)
            _echo.Interpret(line);
    }
}
