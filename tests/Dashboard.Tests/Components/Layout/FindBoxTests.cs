using System.Security.Claims;

using Bunit;

using Dashboard.Access;
using Dashboard.Components.Layout;

namespace Dashboard.Tests.Components.Layout;

public sealed class FindBoxTests : ComponentTestContext
{
    private ClaimsPrincipal _user = new(new ClaimsIdentity("test"));

    public FindBoxTests()
    {
        Store.Publish(Sample.Server("paris").With(Sample.Client("alice", 0), Sample.Client("<b>x</b>", 1, "198.51.100.21:60001")));
        Store.Publish(Sample.Server("alicante"));
    }

    [Fact]
    public void Servers_come_before_clients() =>
        Assert.Equal(["alicante", "alice"], Typed("ali").FindAll("[role=option] .what").Select(name => name.TextContent));

    [Fact]
    public void An_address_finds_its_client() => Assert.Equal("<b>x</b>", Typed("198.51").Find("[role=option] .what").TextContent);

    [Fact]
    public void Enter_goes_to_the_page_of_the_client()
    {
        var cut = Typed("198.51");

        cut.Find("input").KeyDown("Enter");

        Assert.Equal("clients/%3Cb%3Ex%3C/b%3E", Address);
    }

    [Fact]
    public void The_arrows_choose()
    {
        var cut = Typed("ali");

        cut.Find("input").KeyDown("ArrowDown");

        Assert.Equal("alice", cut.Find("[aria-selected=true] .what").TextContent);
        Assert.Equal(cut.Find("[aria-selected=true]").Id, cut.Find("input").GetAttribute("aria-activedescendant"));
    }

    [Fact]
    public void Who_is_there_now_can_be_looked_for_in_the_past_too()
    {
        var cut = Typed("alice");

        cut.Find("input").KeyDown("ArrowUp");
        cut.Find("input").KeyDown("Enter");

        Assert.Equal("sessions?q=alice&range=1y", Address);
    }

    [Fact]
    public void Escape_closes()
    {
        var cut = Typed("ali");

        cut.Find("input").KeyDown("Escape");

        Assert.Equal("false", cut.Find("input").GetAttribute("aria-expanded"));
        Assert.Empty(cut.FindAll("[role=option]"));
    }

    [Fact]
    public void Enter_looks_for_who_is_not_there_now_in_the_past()
    {
        var cut = Typed("100%_nobody");

        cut.Find("input").KeyDown("Enter");

        Assert.Equal("sessions?q=100%25_nobody&range=1y", Address);
    }

    [Fact]
    public void Nothing_found_is_said() => Assert.Contains("Nothing", Typed("nobody").Find("[role=listbox]").TextContent, StringComparison.Ordinal);

    [Fact]
    public void Among_thousands_only_a_few_are_shown()
    {
        Store.Publish(Sample.Server("big").With([.. Enumerable.Range(0, 5000).Select(i => Sample.Client($"client-{i}", (uint)i, server: "big"))]));

        Assert.Equal(FindResult.Most, Typed("client").FindAll("[role=option] .what").Count);
    }

    [Fact]
    public void A_server_that_one_may_not_see_is_not_found_nor_are_its_clients()
    {
        _user = new ClaimsPrincipal(new ClaimsIdentity(ServerAccess.Claims(["alicante"]), "test"));

        Assert.Equal(["alicante"], Typed("ali").FindAll("[role=option] .what").Select(name => name.TextContent));
    }

    private IRenderedComponent<FindBox> Typed(string text)
    {
        var cut = Render<FindBox>(box => box.Add(b => b.User, _user));
        cut.Find("input").Input(text);
        return cut;
    }
}
