using System.Security.Claims;

using Bunit;

using Dashboard.Access;
using Dashboard.Components.Controls;
using Dashboard.Components.Layout;

namespace Dashboard.Tests.Components.Layout;

public sealed class FindBoxTests : ComponentTestContext
{
    private readonly IRenderedComponent<Overlays> _overlays;
    private ClaimsPrincipal _user = new(new ClaimsIdentity("test"));
    private IRenderedComponent<FindBox> _cut = null!;

    public FindBoxTests()
    {
        Store.Publish(Sample.Server("paris").With(Sample.Client("alice", 0), Sample.Client("<b>x</b>", 1, "198.51.100.21:60001")));
        Store.Publish(Sample.Server("alicante"));
        _overlays = Render<Overlays>();
    }

    [Fact]
    public void Servers_come_before_clients() => Assert.Equal(["alicante", "alice"], Typed("ali"));

    [Fact]
    public void An_address_finds_its_client() => Assert.Equal(["<b>x</b>"], Typed("198.51"));

    [Fact]
    public void What_is_found_leads_to_its_page()
    {
        Typed("198.51");

        Take("<b>x</b>");

        Until(() => Address == "clients/%3Cb%3Ex%3C/b%3E");
        Assert.Equal("", _cut.Find("input").GetAttribute("value") ?? "");
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("100%_nobody")]
    public void Who_is_there_now_or_not_can_be_looked_for_in_the_past_too(string text)
    {
        Typed(text);

        Take("past year");

        Until(() => Address == $"sessions?q={Uri.EscapeDataString(text)}&range=1y");
    }

    [Fact]
    public void Nothing_found_is_said()
    {
        Typed("nobody");

        Assert.Contains("Nothing live matches.", _overlays.Find("[role=option]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Among_thousands_only_a_few_are_shown()
    {
        Store.Publish(Sample.Server("big").With([.. Enumerable.Range(0, 5000).Select(i => Sample.Client($"client-{i}", (uint)i, server: "big"))]));

        Assert.Equal(FindResult.Most, Typed("client").Length);
    }

    [Fact]
    public void A_server_that_one_may_not_see_is_not_found_nor_are_its_clients()
    {
        _user = new ClaimsPrincipal(new ClaimsIdentity(ServerAccess.Claims(["alicante"]), "test"));

        Assert.Equal(["alicante"], Typed("ali"));
    }

    private void Take(string words) => _overlays.FindAll("[role=option]").Single(option => option.TextContent.Contains(words, StringComparison.Ordinal)).Click();

    // The names of what is found live; the way to the past always stands below.
    private string[] Typed(string text)
    {
        _cut = Render<FindBox>(box => box.Add(b => b.User, _user));
        _cut.Find("input").Input(text);
        _overlays.WaitForElement("[role=option] .past");
        return [.. _overlays.FindAll("[role=option] .what").Select(name => name.TextContent)];
    }
}
