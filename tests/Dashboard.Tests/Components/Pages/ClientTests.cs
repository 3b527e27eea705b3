using AngleSharp.Dom;

using Bunit;

using Dashboard.Access;
using Dashboard.Approvals;
using Dashboard.Components.Controls;
using Dashboard.History;
using Dashboard.History.Reports;

using ClientPage = Dashboard.Components.Pages.Client;

namespace Dashboard.Tests.Components.Pages;

public sealed class ClientTests : ComponentTestContext
{
    [Theory]
    [MemberData(nameof(Sample.HostileNames), MemberType = typeof(Sample))]
    public void All_that_is_known_of_a_name_is_shown_as_text(string name)
    {
        Known(name);

        var cut = Open(name);

        Assert.Equal(HostileText.Visible(name), cut.Find("h1").TextContent);
        foreach (string text in (string[])["paris", "203.0.113.7", "linux 2.6.14", "12 sessions", "last seen 1 h ago"])
            Assert.Contains(text, Text(cut.Find("div:has(> h1)")) + Text(cut.Find(".pair")), StringComparison.Ordinal);
        Assert.Empty(cut.FindAll("script, b, [onmouseover]"));
    }

    [Fact]
    public void Where_it_is_connected_now_is_shown_as_it_happens()
    {
        Known("alice");
        var cut = Open("alice");
        Assert.Empty(cut.FindAll("table[aria-label='Connected now']"));

        Store.Publish(Sample.Server("paris").With(Sample.Client("alice"), Sample.Client("bob", 1)));
        Time.Advance(TimeSpan.FromSeconds(1));

        cut.WaitForAssertion(() => Assert.Single(cut.FindAll("table[aria-label='Connected now'] tbody tr")));
        Assert.Contains("Connected", cut.Find(".chip").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_one_may_not_see_tells_nothing_of_its_clients()
    {
        User.SetClaims([.. ServerAccess.Claims(["lyon"])]);
        Store.Publish(Sample.Server("paris").With(Sample.Client("alice")));

        var cut = Open("alice");

        Assert.Empty(cut.FindAll("table[aria-label='Connected now']"));
        Assert.All(Reports.Askers, access => Assert.Equal(["lyon"], access.Servers));
        Assert.NotEmpty(Reports.Askers);
    }

    [Fact]
    public void A_name_that_nobody_has_is_said_to_be_unknown() =>
        Assert.Contains("Nobody called %_' was ever seen", Open("%_'").Markup.Replace("&#x27;", "'", StringComparison.Ordinal), StringComparison.Ordinal);

    [Fact]
    public void Who_is_connected_and_not_in_the_history_yet_is_shown_nevertheless()
    {
        Store.Publish(Sample.Server("paris").With(Sample.Client("alice")));

        var cut = Open("alice");

        Assert.Single(cut.FindAll("table[aria-label='Connected now'] tbody tr"));
        Assert.Contains("no history of this name yet", cut.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_history_what_is_live_stays()
    {
        Store.Publish(Sample.Server("paris").With(Sample.Client("alice")));
        Reports.Fault = new HistoryUnavailableException("The database is being started.");

        var cut = Open("alice");

        Assert.Single(cut.FindAll("table[aria-label='Connected now'] tbody tr"));
        Assert.Contains("The database is being started.", cut.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Sessions_tell_how_they_ended_and_which_ends_nobody_saw()
    {
        Known("alice");
        SessionRecord seen = SessionSample.Of("alice");
        Reports.Sessions = new Page<SessionRecord>(
            [seen, seen with { Session = new(Guid.NewGuid()), EndedNotBefore = Sample.Now.AddHours(-2), EndReason = null }, seen with { Session = new(Guid.NewGuid()), EndedNotBefore = null, EndedNotAfter = null }], null);

        string[] ends = [.. Open("alice").FindAll("table[aria-label^=Sessions] td .end").Select(Text)];

        Assert.Equal(["13:30ping-restart", "between 12:30 and 13:30while nobody watched", "last heard of 13:30"], ends);
    }

    [Fact]
    public void All_sessions_are_drawn_by_server_and_the_newest_are_listed()
    {
        Known("alice");
        Reports.Sessions = new Page<SessionRecord>([.. Enumerable.Range(0, 40).Select(i => SessionSample.Of("alice", i % 2 == 0 ? "paris" : "<b>lyon</b>") with { Session = new(Guid.NewGuid()) })], null);

        var cut = Open("alice");

        Timeline drawn = cut.FindComponent<TimelineChart>().Instance.Timeline;
        Assert.Equal(["paris", "<b>lyon</b>"], drawn.Rows);
        Assert.Equal(40, drawn.Spans.Length);
        Assert.Equal(25, cut.FindAll("table[aria-label^=Sessions] tbody tr").Count);
        Assert.Contains("the newest 25", cut.Markup, StringComparison.Ordinal);
        Assert.Equal(8, cut.FindComponent<PresenceChart>().Instance.Presence.Rows.Length);
    }

    [Fact]
    public void Hours_of_the_day_say_nothing_in_a_day()
    {
        Known("alice");
        Reports.Sessions = new Page<SessionRecord>([SessionSample.Of("alice")], null);

        var cut = Open("alice", "?range=24h");

        Assert.Single(cut.FindComponents<TimelineChart>());
        Assert.Empty(cut.FindComponents<PresenceChart>());
    }

    [Fact]
    public void Where_not_all_sessions_were_read_the_drawing_begins_with_the_oldest_of_them()
    {
        Known("alice");
        SessionRecord session = SessionSample.Of("alice");
        Reports.Sessions = new Page<SessionRecord>([session], "more");

        Assert.Equal(session.ConnectedSince, Open("alice").FindComponent<TimelineChart>().Instance.Timeline.From);
    }

    [Fact]
    public void Its_blocks_are_shown_and_lifted_here()
    {
        Known("alice");
        Approvals.Has(
            new Block(Guid.NewGuid(), null, "alice", "lost the laptop", Sample.Now.AddHours(-1), "ana", null),
            new Block(Guid.NewGuid(), null, "bob", "another", Sample.Now.AddHours(-1), "ana", null));

        var cut = Open("alice");

        Assert.Contains("lost the laptop", cut.Find("[aria-label=Blocks] li").TextContent, StringComparison.Ordinal);
        Assert.Single(cut.FindAll("[aria-label='Lift the block of alice…']"));
    }

    [Fact]
    public void Who_may_only_look_is_offered_no_block()
    {
        User.SetPolicies("View");
        Known("alice");

        Assert.DoesNotContain("Keep out", Open("alice").FindAll("button").Select(button => button.TextContent));
    }

    [Fact]
    public void A_period_that_makes_no_sense_is_told_and_the_rest_of_the_page_stays()
    {
        Known("alice");

        var cut = Open("alice", "?from=2026-11-20&to=2026-11-01");

        Assert.Contains("reversed", cut.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Contains("203.0.113.7", cut.Find(".pair").TextContent, StringComparison.Ordinal);
        Assert.Empty(Reports.Questions.OfType<TrafficQuery>());
    }

    private void Known(string name) => Reports.Client = new ClientRecord(
        name, ["alice@example.org"], Sample.Now.AddDays(-30), Sample.Now.AddHours(-1), IsConnected: false, 12, 1_000_000, 2_000_000,
        [new Sighting("paris", Sample.Now.AddDays(-30), Sample.Now, 12)], [new Sighting("203.0.113.7", Sample.Now.AddDays(-30), Sample.Now, 12)], [new Sighting("linux 2.6.14", Sample.Now.AddDays(-30), Sample.Now, 12)]);

    private IRenderedComponent<ClientPage> Open(string name, string query = "")
    {
        Navigation.NavigateTo("clients/x" + query);
        return Render<ClientPage>(page => page.Add(p => p.Name, name));
    }

    private static string Text(IElement element) => string.Join(' ', element.TextContent.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
}
