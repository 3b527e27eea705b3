using AngleSharp.Dom;

using Bunit;

using Dashboard.Components.Controls;
using Dashboard.Access;
using Dashboard.Components.Pages;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

namespace Dashboard.Tests.Components.Pages;

public sealed class OverviewTests : ComponentTestContext
{
    [Fact]
    public void A_server_that_one_may_not_see_is_neither_listed_nor_counted()
    {
        Store.Publish(Sample.Server("paris").With(Sample.Client("alice")));
        Store.Publish(Sample.Server("lyon").With(Sample.Client("bob", server: "lyon")));
        Store.Publish(Sample.Server("quito", ServerStatus.Unreachable));
        User.SetClaims([.. ServerAccess.Claims(["paris"])]);

        var cut = Render<Overview>();

        Assert.Contains("1 / 1", cut.Find(".stats").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("lyon", cut.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("quito", cut.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_server_it_says_exactly_what_to_configure()
    {
        var cut = Render<Overview>();

        Assert.Contains("\"Endpoint\": \"unix:/run/openvpn/paris.sock\"", cut.Find("pre").TextContent, StringComparison.Ordinal);
        Assert.Empty(cut.FindAll("table"));
    }

    [Fact]
    public void The_tiles_sum_what_is_live()
    {
        Store.Publish(Sample.Server("paris").With(Sample.Client()) with { ReceivedRate = 1_000_000, SentRate = 2_000_000 });
        Store.Publish(Sample.Server("lyon").With(Sample.Client("a", 0), Sample.Client("b", 1)) with { ReceivedRate = 500_000, SentRate = null });
        Store.Publish(Sample.Server("oslo", ServerStatus.Unreachable).With(Sample.Client()) with { ReceivedRate = 9_000_000, SentRate = 9_000_000 });

        Assert.Equal(["2 / 3", "3", "12.0 Mbit/s", "16.0 Mbit/s", "1"], Render<Overview>().FindAll(".stat b").Select(tile => tile.TextContent.Trim()));
    }

    [Fact]
    public void What_is_not_known_is_no_zero()
    {
        Store.Publish(Sample.Server() with { Clients = null });

        Assert.Equal(["1 / 1", "–", "–", "–", "0"], Render<Overview>().FindAll(".stat b").Select(tile => tile.TextContent.Trim()));
    }

    [Fact]
    public void Who_needs_a_person_comes_first_worst_first()
    {
        Store.Publish(Sample.Server("held", ServerStatus.Held));
        Store.Publish(Sample.Server("fine"));
        Store.Publish(Sample.Server("taken", ServerStatus.SlotTaken));
        Store.Publish(Sample.Server("gone", ServerStatus.Unreachable));
        Store.Publish(Sample.Server("new", ServerStatus.Connecting));

        Assert.Equal(["gone", "taken", "held"], Render<Overview>().FindAll("li .name").Select(name => name.TextContent));
    }

    [Fact]
    public void The_reason_and_the_advice_are_sentences()
    {
        Store.Publish(Sample.Server("oslo", ServerStatus.Unreachable) with { Detail = "Connection refused", Advice = "Start OpenVPN." });

        Assert.StartsWith("Connection refused. Start OpenVPN. For 41 min.", Text(Render<Overview>().Find("li .why")), StringComparison.Ordinal);
    }

    [Fact]
    public void When_nothing_is_wrong_nothing_asks_for_attention()
    {
        Store.Publish(Sample.Server());

        Assert.DoesNotContain("Needs attention", Render<Overview>().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_held_server_is_released_after_a_question_and_answers()
    {
        Store.Publish(Sample.Server("tokyo", ServerStatus.Held));
        var overlays = Render<Overlays>();

        Render<Overview>().Find("li button").Click();
        overlays.WaitForElement("form").Submit();
        Operations.Answers(OperationOutcome.Done, "SUCCESS: hold release succeeded");

        overlays.WaitForAssertion(() => Assert.Equal("SUCCESS: hold release succeeded", overlays.Find(".reply").TextContent));
        Assert.Equal(["ana: hold Release tokyo"], Operations.Asked);
    }

    [Fact]
    public void A_viewer_cannot_release()
    {
        User.SetPolicies("View");
        Store.Publish(Sample.Server("tokyo", ServerStatus.Held));

        Assert.Empty(Render<Overview>().FindAll("li button"));
    }

    [Fact]
    public void A_row_tells_state_clients_throughput_and_version()
    {
        Store.Publish(Sample.Server().With(Sample.Client()) with { ReceivedRate = 1_000_000, SentRate = 0, DaemonStateSince = Sample.Now.AddDays(-31) });

        Assert.Equal(["paris unix", "Live for 31 d", "1", "8.00 M", "0", "", "2.6.14"], Render<Overview>().FindAll("tbody td").Select(Text));
    }

    [Fact]
    public void The_row_of_a_server_that_is_gone_is_visibly_old()
    {
        Store.Publish(Sample.Server("oslo", ServerStatus.Unreachable) with { Detail = "Connection refused.", NextAttempt = Sample.Now.AddSeconds(14), ReceivedRate = 1, SentRate = 1 });

        var cut = Render<Overview>();

        Assert.Equal("Unreachable Connection refused. Next try in 14 s. Last seen 41 min ago.", Text(cut.Find("td.state")));
        Assert.All(cut.FindAll("td .rate"), rate => Assert.Contains("old", rate.ClassList));
    }

    [Theory]
    [MemberData(nameof(Sample.HostileNames), MemberType = typeof(Sample))]
    public void Hostile_names_and_details_are_text(string text)
    {
        Store.Publish(Sample.Server(text, ServerStatus.Unreachable) with { Detail = text, Advice = text, Version = text });

        var cut = Render<Overview>();

        Assert.Empty(cut.FindAll("td b, script, [onmouseover]"));
        Assert.Equal(Dashboard.HostileText.Visible(text), cut.Find("td.name a").TextContent);
    }

    [Fact]
    public void A_slash_in_a_name_stays_in_the_address()
    {
        Store.Publish(Sample.Server("site/berlin"));

        Assert.Equal("servers/site/berlin", Render<Overview>().Find("td.name a").GetAttribute("href"));
    }

    [Fact]
    public void Order_and_filter_come_from_the_address()
    {
        foreach (string name in new[] { "b-edge", "a-edge", "core" })
            Store.Publish(Sample.Server(name));
        Navigation.NavigateTo("?sort=-name&q=EDGE");

        Assert.Equal(["b-edge", "a-edge"], Render<Overview>().FindAll("td.name a").Select(name => name.TextContent));
    }

    [Fact]
    public void A_click_on_a_heading_changes_the_address()
    {
        Store.Publish(Sample.Server());
        var cut = Render<Overview>();

        cut.FindAll("th button").Single(button => button.TextContent == "Clients").Click();

        Assert.Equal("?sort=-clients", Address);
    }

    [Fact]
    public void A_change_is_drawn()
    {
        Store.Publish(Sample.Server());
        var cut = Render<Overview>();

        Store.Publish(Sample.Server("paris", ServerStatus.Unreachable));

        cut.WaitForAssertion(() => Assert.Contains("Unreachable", cut.Find("td.state").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void However_much_changes_it_is_drawn_twice_a_second()
    {
        Store.Publish(Sample.Server());
        var cut = Render<Overview>();
        int timers = Time.WaitingTimers;
        Store.Publish(Sample.Server());
        Until(() => Time.WaitingTimers > timers); // drawn, and now it waits
        int drawn = cut.RenderCount;

        for (int i = 0; i < 100; i++)
            Store.Publish(Sample.Server() with { ReceivedRate = i });
        Time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal(drawn, cut.RenderCount);

        Time.Advance(TimeSpan.FromMilliseconds(1));
        cut.WaitForAssertion(() => Assert.Equal("792", cut.Find("td.from").TextContent)); // only the last of the hundred
    }

    [Fact]
    public async Task It_leaves_no_subscriber_behind()
    {
        Store.Publish(Sample.Server());
        Render<Overview>();
        Assert.Equal(1, Store.Subscribers);

        await DisposeComponentsAsync();

        Assert.Equal(0, Store.Subscribers);
    }

    private static string Text(IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
