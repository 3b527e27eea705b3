
namespace Dashboard.Tests;

public sealed class HostileTextTests
{
    [Theory]
    [InlineData("alice", "alice")]
    [InlineData("<b>x</b>", "<b>x</b>")] // the renderer escapes
    [InlineData("長い名前", "長い名前")]
    [InlineData("علي", "علي")]
    [InlineData("👩‍💻", "👩‍💻")] // held together by a zero-width joiner
    public void Text_that_shows_all_of_itself_stays_as_it_is(string text, string shown) => Assert.Equal(shown, HostileText.Visible(text));

    [Theory]
    [InlineData("evil\u202Egnp.exe", "evil‹202E›gnp.exe")]
    [InlineData("a\u2066b\u2069", "a‹2066›b‹2069›")]
    [InlineData("admin\u200B", "admin‹200B›")]
    [InlineData("a\r\nb\0", "a‹000D›‹000A›b‹0000›")]
    [InlineData("\u001b[31m", "‹001B›[31m")]
    [InlineData("a\u2028b", "a‹2028›b")]
    public void What_would_hide_or_turn_text_is_written_out(string text, string shown) => Assert.Equal(shown, HostileText.Visible(text));

    [Fact]
    public void Half_of_a_surrogate_pair_is_written_out() => Assert.Equal("a‹D800›b", HostileText.Visible("a\ud800b"));
}
