using Dashboard.Components.Viewing;

namespace Dashboard.Tests.Components.Viewing;

public sealed class PageLinksTests
{
    [Theory]
    [InlineData("paris", "servers/paris")]
    [InlineData("site/berlin", "servers/site/berlin")]
    [InlineData("a b?c#d", "servers/a%20b%3Fc%23d")]
    [InlineData("100%", "servers/100%25")]
    [InlineData("<b>", "servers/%3Cb%3E")]
    public void A_servers_page_keeps_its_slashes_and_escapes_the_rest(string name, string link) => Assert.Equal(link, PageLinks.Server(name));

    [Fact]
    public void A_filter_is_escaped() => Assert.Equal("servers/paris?q=a%26b%3D%3Cc%3E", PageLinks.Clients("paris", "a&b=<c>"));

    [Theory]
    [InlineData("alice", "clients/alice")]
    [InlineData("a/b%_'\"", "clients/a/b%25_%27%22")]
    [InlineData("", "clients/")]
    [InlineData("..", "clients/?name=..")]
    [InlineData("a//b", "clients/?name=a%2F%2Fb")]
    [InlineData("nul\0", "clients/?name=nul%00")]
    [InlineData("a?b#c", "clients/a%3Fb%23c")]
    [InlineData("a%2Fb", "clients/?name=a%252Fb")]
    [InlineData("a/../b", "clients/?name=a%2F..%2Fb")]
    public void A_clients_page_is_found_by_any_name(string name, string link) => Assert.Equal(link, PageLinks.Client(name));

    [Fact]
    public void A_query_leaves_out_what_is_not_said() => Assert.Equal("events?server=a%26b&to=x", PageLinks.With("events", ("server", "a&b"), ("client", null), ("q", ""), ("to", "x")));
}
