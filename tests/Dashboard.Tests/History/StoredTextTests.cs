using Dashboard.History;

namespace Dashboard.Tests.History;

public sealed class StoredTextTests
{
    [Theory]
    [InlineData("alice", "alice")]
    [InlineData("a\0b", "a\uFFFDb")]
    [InlineData("whole \ud83d\ude00 pair", "whole \ud83d\ude00 pair")]
    [InlineData("<b>x</b>'; DROP TABLE session; --", "<b>x</b>'; DROP TABLE session; --")]
    public void Only_what_cannot_be_stored_is_replaced(string text, string expected) => Assert.Equal(expected, StoredText.Clean(text));

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => Assert.Equal("half \uFFFD pair", StoredText.Clean("half \ud83d pair"));

    [Fact]
    public void What_is_too_long_is_cut_and_never_through_a_character()
    {
        string text = new string('x', StoredText.MaxLength - 1) + "\ud83d\ude00";

        Assert.Equal(new string('x', StoredText.MaxLength - 1), StoredText.Clean(text));
    }
}
