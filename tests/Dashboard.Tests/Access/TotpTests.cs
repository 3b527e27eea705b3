using System.Text;
using Dashboard.Access.Users;

namespace Dashboard.Tests.Access;

public sealed class TotpTests
{
    private static readonly byte[] s_key = "12345678901234567890"u8.ToArray(); // of RFC 6238, appendix B

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void The_codes_are_those_of_the_standard(long seconds, string code)
    {
        DateTimeOffset at = DateTimeOffset.FromUnixTimeSeconds(seconds);

        Assert.Equal(code, Totp.Code(s_key, Totp.StepAt(at)));
        Assert.Equal(Totp.StepAt(at), Totp.Match(s_key, code, at));
    }

    [Theory]
    [InlineData(-60, false)]
    [InlineData(-30, true)]
    [InlineData(30, true)]
    [InlineData(60, false)]
    public void A_clock_may_be_half_a_minute_off_and_not_more(int seconds, bool accepted)
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        string code = Totp.Code(s_key, Totp.StepAt(now.AddSeconds(seconds)));

        Assert.Equal(accepted, Totp.Match(s_key, code, now) is not null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("28708")]
    [InlineData("2870820")]
    [InlineData("28708a")]
    [InlineData("２８７０８２")]
    [InlineData("-87082")]
    public void What_is_not_six_digits_is_no_code(string text) =>
        Assert.Null(Totp.Match(s_key, text, DateTimeOffset.FromUnixTimeSeconds(59)));

    [Fact]
    public void A_code_may_be_typed_in_groups() =>
        Assert.NotNull(Totp.Match(s_key, "287 082", DateTimeOffset.FromUnixTimeSeconds(59)));

    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_is_that_of_the_standard(string text, string expected) =>
        Assert.Equal(expected, Base32.Encode(Encoding.ASCII.GetBytes(text)));
}
