using Bunit;

using Dashboard.Access;
using Dashboard.Components.Controls;
using Dashboard.Fleet;
using Dashboard.History.Reports;
using Dashboard.Live;

using EventsPage = Dashboard.Components.Pages.Events;
using SessionsPage = Dashboard.Components.Pages.Sessions;

namespace Dashboard.Tests.Components.Pages;

public sealed class SessionsAndEventsTests : ComponentTestContext
{
    [Fact]
    public void A_search_for_sessions_stands_in_the_address()
    {
        OpenSessions("?server=paris&client=alice&q=%25_%27&state=over&range=1h&cursor=abc");

        SessionQuery query = Reports.Asked<SessionQuery>();
        Assert.Equal(("paris", "alice", "%_'", false, "abc", TimeSpan.FromHours(1)), (query.Server, query.CommonName, query.Text, query.IsOpen, query.Cursor, query.Range.Length));
    }

    [Fact]
    public void Typing_and_sending_changes_the_address_and_begins_at_the_newest()
    {
        var overlays = Render<Overlays>();
        var cut = OpenSessions("?range=1h&cursor=abc");

        cut.Find("[aria-label=Text]").Change("10.8.0.2");
        Choose(cut, overlays, "State", "connected");
        cut.Find("form.fields").Submit();

        Assert.Equal("sessions?range=1h&q=10.8.0.2&state=open", Address);
        cut.WaitForAssertion(() => Assert.Equal((true, "10.8.0.2"), (Reports.Asked<SessionQuery>().IsOpen, Reports.Asked<SessionQuery>().Text)));
    }

    [Fact]
    public void Older_sessions_are_a_link_away()
    {
        Reports.Sessions = new Page<SessionRecord>([SessionSample.Of("alice")], "older-ones");

        var cut = OpenSessions("?q=x");

        Assert.EndsWith("sessions?q=x&cursor=older-ones", cut.FindAll(".pages a").Single(a => a.TextContent == "Older").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sample.HostileNames), MemberType = typeof(Sample))]
    public void Names_and_words_of_strangers_are_text(string name)
    {
        Reports.Sessions = new Page<SessionRecord>([SessionSample.Of(name) with { Username = name, EndReason = name, Platform = name, RealAddress = name, Addresses = [name, name], VirtualAddress = name }], null);
        Reports.Events = new Page<EventRecord>([new EventRecord(1, Sample.Now, name, ServerEventKind.Log, LogSeverity.Info, name, name, name)], null);

        Assert.Empty(OpenSessions("").FindAll("script, b, [onmouseover]"));
        Assert.Empty(OpenEvents("").FindAll("script, b, [onmouseover]"));
    }

    [Fact]
    public void A_search_for_events_stands_in_the_address()
    {
        OpenEvents("?server=paris&client=alice&q=tls+error&kind=authFailure&level=warning&range=7d&cursor=abc");

        EventQuery query = Reports.Asked<EventQuery>();
        Assert.Equal(("paris", "alice", "tls error", LogSeverity.Warning, "abc", TimeSpan.FromDays(7)), (query.Server, query.Client, query.Text, query.AtLeast, query.Cursor, query.Range.Length));
        Assert.Equal([ServerEventKind.AuthFailure], query.Kinds);
    }

    [Fact]
    public void Events_tell_when_what_where_and_in_which_words()
    {
        Reports.Events = new Page<EventRecord>([new EventRecord(9, Sample.Now, "paris", ServerEventKind.Log, LogSeverity.Warning, "alice", "203.0.113.7:1", "TLS Error: x")], null);

        string row = string.Join('|', OpenEvents("").FindAll("tbody td").Select(cell => string.Join(' ', cell.TextContent.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))));

        Assert.Equal("14:30:0020 Nov 2026|WARN|paris|alice203.0.113.7:1|TLS Error: x", row);
    }

    [Theory]
    [InlineData("?kind=everything", "no such kind")]
    [InlineData("?level=loud", "no such level")]
    [InlineData("?range=banana", "“banana” is not a period")]
    public void A_search_that_makes_no_sense_is_not_asked(string query, string why)
    {
        var cut = OpenEvents(query);

        Assert.Contains(why, cut.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Empty(Reports.Questions);
    }

    [Fact]
    public void A_state_that_there_is_not_is_told() =>
        Assert.Contains("connected or ended", OpenSessions("?state=undead").Find("[role=alert]").TextContent, StringComparison.Ordinal);

    [Fact]
    public void Whoever_is_limited_asks_with_that_limit()
    {
        User.SetClaims([.. ServerAccess.Claims(["lyon"])]);
        Store.Publish(Sample.Server("paris"));
        Store.Publish(Sample.Server("lyon"));

        var overlays = Render<Overlays>();
        var sessions = OpenSessions("?server=paris");
        OpenEvents("?server=paris");

        Assert.All(Reports.Askers, access => Assert.Equal(["lyon"], access.Servers));
        Assert.Contains(Reports.Questions, question => question is SessionQuery);
        Assert.Contains(Reports.Questions, question => question is EventQuery);
        Assert.Equal(["every server", "lyon", "paris"], Offered(sessions, overlays, "Server"));
    }

    private IRenderedComponent<SessionsPage> OpenSessions(string query)
    {
        Navigation.NavigateTo("sessions" + query);
        return Render<SessionsPage>();
    }

    private IRenderedComponent<EventsPage> OpenEvents(string query)
    {
        Navigation.NavigateTo("events" + query);
        return Render<EventsPage>();
    }
}
