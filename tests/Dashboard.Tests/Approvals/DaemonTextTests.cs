using System.Text;

using Dashboard.Approvals;

namespace Dashboard.Tests.Approvals;

public sealed class DaemonTextTests
{
    [Theory]
    [InlineData("fine, \"quoted\" \\ too", "fine, \"quoted\" \\ too")]
    [InlineData("two\r\nlines\0", "two  lines ")]
    public void What_would_break_the_line_becomes_a_blank(string text, string fitting) =>
        Assert.Equal(fitting, DaemonText.Fit(text));

    [Fact]
    public void Half_a_pair_becomes_a_character_that_can_be_sent() => Assert.Equal("half\ufffdpair", DaemonText.Fit("half\ud800pair"));

    [Fact]
    public void What_is_too_long_is_cut_between_characters()
    {
        string fitting = DaemonText.Fit(new string('長', 5000));

        Assert.InRange(Encoding.UTF8.GetByteCount(fitting), DaemonText.MaxLength - 2, DaemonText.MaxLength);
        Assert.DoesNotContain('\ufffd', fitting);
    }

    [Theory]
    [InlineData("line\nbreak")]
    [InlineData("nul\0")]
    public void A_reason_that_cannot_be_one_line_is_not_sent(string reason) => Assert.NotNull(DaemonText.WhyNot(reason));

    [Fact]
    public void A_reason_that_fits_is_sent_as_it_is() => Assert.Null(DaemonText.WhyNot("left the \"company\"; see #12 ‮"));
}
