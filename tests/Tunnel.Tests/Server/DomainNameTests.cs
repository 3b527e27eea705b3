namespace Tunnel.Tests.Server;

public sealed class DomainNameTests
{
    [Theory]
    [InlineData("example.org", "example.org")]
    [InlineData("EXAMPLE.Org.", "example.org")]
    [InlineData("example.org:8443", "example.org")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("under_score.test", "under_score.test")]
    [InlineData("192.0.2.1:80", "192.0.2.1")]
    [InlineData("[2001:DB8::1]:443", "[2001:db8::1]")]
    public void One_name_has_one_spelling(string text, string expected)
    {
        Assert.True(DomainName.TryNormalize(text, out string? name));
        Assert.Equal(expected, name);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData(".")]
    [InlineData("*")]
    [InlineData("*.example.org")]
    [InlineData("a..b")]
    [InlineData("exa mple.org")]
    [InlineData("example.org/path")]
    [InlineData("example.org:port")]
    [InlineData("user@example.org")]
    [InlineData("<script>")]
    [InlineData("[::1")]
    [InlineData("-a.test")]
    [InlineData("2001:db8::1")]
    public void What_is_no_single_name_is_refused(string? text) => Assert.False(DomainName.TryNormalize(text, out _));

    [Fact]
    public void Names_longer_than_DNS_allows_are_refused() => Assert.False(DomainName.TryNormalize(string.Join('.', Enumerable.Repeat("aaaaaaaaa", 30)), out _));
}
