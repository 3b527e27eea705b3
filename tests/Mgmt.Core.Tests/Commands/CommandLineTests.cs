using System.Text;
using Mgmt.Core.Commands;

namespace Mgmt.Core.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("alice", "kill alice\n")]
    [InlineData("", "kill \"\"\n")]
    [InlineData("Carol Van Dyke", "kill \"Carol Van Dyke\"\n")]
    [InlineData("a\"b", "kill \"a\\\"b\"\n")]
    [InlineData("a\\b", "kill \"a\\\\b\"\n")]
    [InlineData("#x", "kill \"#x\"\n")]
    [InlineData(";x", "kill \";x\"\n")]
    [InlineData("'x'", "kill \"'x'\"\n")]
    [InlineData("Zoë 日本", "kill \"Zoë 日本\"\n")]
    public void A_parameter_is_quoted_where_that_is_needed(string parameter, string wire)
    {
        Assert.Equal(wire, Encoding.UTF8.GetString(new CommandLine("kill").Add(parameter).ToWire()));
    }

    [Theory]
    [InlineData("a\rb")]
    [InlineData("a\nsignal SIGTERM")]
    [InlineData("a\0b")]
    [InlineData("a\tb")]
    [InlineData("a\u001bb")]
    [InlineData("a\u007fb")]
    public void What_would_not_arrive_as_it_is_is_refused(string parameter)
    {
        var error = Assert.Throws<ArgumentException>(() => new CommandLine("kill").Add(parameter));

        Assert.DoesNotContain("SIGTERM", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_character_is_refused() => Assert.Throws<ArgumentException>(() => new CommandLine("kill").Add("a" + (char)0xd800));

    [Theory]
    [InlineData(257, 'x')]
    [InlineData(10_000, 'x')]
    [InlineData(129, 'ë')]
    public void A_parameter_that_is_too_long_is_refused(int length, char c)
    {
        Assert.Throws<ArgumentException>(() => new CommandLine("kill").Add(new string(c, length)));
    }

    [Fact]
    public void A_line_that_is_too_long_is_refused()
    {
        CommandLine line = new CommandLine("kill").Add(new string('"', 256)).Add(new string('"', 256));

        Assert.Throws<InvalidOperationException>(() => line.ToWire());
    }

    [Fact]
    public void More_words_than_the_daemon_reads_are_refused()
    {
        var line = new CommandLine("kill");
        for (int i = 0; i < 15; i++)
            line.Add("x");

        Assert.Throws<ArgumentException>(() => line.Add("x"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("kill x")]
    [InlineData("kill\n")]
    public void A_name_is_one_word(string name) => Assert.Throws<ArgumentException>(() => new CommandLine(name));

    [Theory]
    [InlineData("END")]
    [InlineData("signal SIGTERM")]
    [InlineData("  \"signal\" SIGTERM")]
    [InlineData("kill alice")]
    [InlineData("push \"a\nb\"")]
    public void A_block_line_that_would_do_harm_is_refused(string line) =>
        Assert.Throws<ArgumentException>(() => BlockWriter.Write(["push x", line], 255));

    [Fact]
    public void A_block_line_that_would_be_cut_in_two_is_refused() =>
        Assert.Throws<ArgumentException>(() => BlockWriter.Write([new string('x', 256)], 255));

    [Fact]
    public void A_secret_is_not_in_the_text_of_a_command() =>
        Assert.Equal("password", new CommandLine("password").Add("Auth").Add("hunter2").ToString());
}
