using AngleSharp.Dom;

using Bunit;

using Dashboard.Access;
using Dashboard.Components.Viewing;
using Dashboard.History;
using Dashboard.History.Reports;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using ReportsPage = Dashboard.Components.Pages.Reports;

namespace Dashboard.Tests.Components.Pages;

public sealed class ReportsTests : ComponentTestContext
{
    private static readonly string[] s_kinds = ["", "top", "concurrency", "billing", "reconnects", "shared", "idle", "failed"];

    public ReportsTests() => Services.AddSingleton(Options.Create(new HistoryOptions()));

    public static TheoryData<string> Kinds => [.. s_kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_report_of_nothing_says_so(string kind)
    {
        var cut = Open(kind);

        Assert.NotEmpty(cut.FindAll(".empty"));
        Assert.Empty(cut.FindAll("table"));
        Assert.Single(Reports.Questions);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whoever_is_limited_to_some_servers_asks_with_that_limit(string kind)
    {
        User.SetClaims([.. ServerAccess.Claims(["paris", "lyon"])]);

        Open(kind, "?server=oslo");

        Assert.All(Reports.Askers, access => Assert.Equal(["lyon", "paris"], access.Servers!.Order(StringComparer.Ordinal)));
        Assert.NotEmpty(Reports.Askers);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_history_that_is_away_is_told_and_asked_again_on_request(string kind)
    {
        Reports.Fault = new HistoryUnavailableException("the disk of <b>pg</b> is full");
        var cut = Open(kind);
        Assert.Contains("the disk of <b>pg</b> is full", cut.Find(".empty").TextContent, StringComparison.Ordinal);
        Assert.Contains("What is live is not affected", cut.Find(".empty").TextContent, StringComparison.Ordinal);

        Reports.Fault = null;
        cut.Find(".empty button").Click();

        Assert.DoesNotContain("cannot be read", cut.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_report_can_be_had_as_CSV_and_JSON(string kind)
    {
        string[] links = [.. Open(kind).FindAll(".exports a").Select(link => link.GetAttribute("href")!)];

        Assert.Equal(2, links.Length);
        Assert.All(links, link => Assert.StartsWith("api/v1/history/", link, StringComparison.Ordinal));
        Assert.Contains(".csv", links[0], StringComparison.Ordinal);
    }

    // The names of the API's parameters: it refuses others.
    [Theory]
    [InlineData("", "traffic?server=paris&user=a%26b&from=2026-11-01T00%3A00%3A00Z&to=2026-11-02T00%3A00%3A00Z&zone=UTC")]
    [InlineData("top", "top?subject=client&server=paris&from=2026-11-01T00%3A00%3A00Z&to=2026-11-02T00%3A00%3A00Z&limit=50")]
    [InlineData("concurrency", "concurrency?server=paris&from=2026-11-01T00%3A00%3A00Z&to=2026-11-02T00%3A00%3A00Z&zone=UTC")]
    [InlineData("billing", "billing?server=paris&from=2026-11&to=2026-11")]
    [InlineData("reconnects", "reconnects?user=a%26b&server=paris&within=00%3A10%3A00&from=2026-11-01T00%3A00%3A00Z&to=2026-11-02T00%3A00%3A00Z")]
    [InlineData("shared", "shared-names?server=paris&from=2026-11-01T00%3A00%3A00Z&to=2026-11-02T00%3A00%3A00Z")]
    [InlineData("failed", "failed-attempts?server=paris&from=2026-11-01T00%3A00%3A00Z&to=2026-11-02T00%3A00%3A00Z")]
    public void What_is_exported_is_the_same_question(string kind, string link)
    {
        var cut = Open(kind, "?server=paris&client=a%26b&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z");

        Assert.Equal("api/v1/history/" + link, cut.FindAll(".exports a")[1].GetAttribute("href"));
    }

    [Theory]
    [InlineData("?range=banana", "“banana” is not a period")]
    [InlineData("?from=2026-11-20&to=2026-11-01", "reversed")]
    [InlineData("?from=2026-11-20T10:00Z&to=2026-11-20T10:00Z", "empty")]
    [InlineData("?from=0001-01-01&to=9999-12-31", "")]
    [InlineData("?from=%00%27;drop table", "is not a date")]
    public void A_period_that_makes_no_sense_is_not_asked_about(string query, string why)
    {
        var cut = Open("", query);

        Assert.Contains(why, cut.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Empty(Reports.Questions);
    }

    [Fact]
    public void A_report_that_there_is_not_is_said_to_be_none() =>
        Assert.Contains("There is no report called <b>x</b>", Open("<b>x</b>").Find(".empty").TextContent, StringComparison.Ordinal);

    [Fact]
    public void What_makes_no_sense_to_the_history_is_told_in_its_words()
    {
        Reports.Fault = new HistoryQueryException("Steps of this length would make more than 2000 points.");

        Assert.Contains("more than 2000 points", Open("").Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_address_says_the_whole_question()
    {
        Open("", "?server=site%2Fparis&client=%25_%27%22%00&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z");

        TrafficQuery query = Reports.Asked<TrafficQuery>();
        Assert.Equal(("site/paris", "%_'\"\0", TimeSpan.FromDays(1)), (query.Server, query.CommonName, query.Range.Length));
    }

    [Fact]
    public void Drawing_the_page_again_asks_nothing_anew()
    {
        var cut = Open("");
        Time.Advance(TimeSpan.FromMinutes(1));

        cut.Render();

        Assert.Single(Reports.Questions);
    }

    [Fact]
    public void Another_period_is_asked_for_when_its_link_is_followed()
    {
        var cut = Open("", "?server=paris");

        string link = cut.FindAll("[aria-label=Period] a").Single(a => a.TextContent == "5 y").GetAttribute("href")!;
        Navigation.NavigateTo(link);

        cut.WaitForAssertion(() => Assert.Equal(2, Reports.Questions.Count));
        TrafficQuery query = Reports.Asked<TrafficQuery>();
        Assert.Equal(("paris", TimeSpan.FromDays(5 * 365)), (query.Server, query.Range.Length));
    }

    [Fact]
    public void A_period_of_ones_own_is_typed_in_the_viewers_time_and_linked_in_everybodys()
    {
        Clock.SetZone("Europe/Paris");
        var cut = Open("");
        cut.FindAll("[aria-label=Period] button").Single().Click();

        cut.FindAll("input[type=datetime-local]")[0].Change("2026-11-01T10:00");
        cut.FindAll("input[type=datetime-local]")[1].Change("2026-11-01T12:00");
        cut.Find("form.custom").Submit();

        Assert.Equal("reports?from=2026-11-01T09%3A00%3A00Z&to=2026-11-01T11%3A00%3A00Z", Address);
    }

    [Fact]
    public void The_viewers_days_are_asked_for()
    {
        Clock.SetZone("Asia/Tokyo");

        Open("", "?range=90d");

        Assert.Equal("Asia/Tokyo", Reports.Asked<TrafficQuery>().Zone.Id);
    }

    [Fact]
    public void Traffic_is_listed_by_step_the_newest_first_and_what_nobody_watched_is_unknown()
    {
        DateTimeOffset at = Sample.Now.AddHours(-3);
        Reports.Traffic = new TrafficReport(
            HistoryRange.Create(at, Sample.Now), TrafficStep.Hour,
            [new(at, at.AddHours(1), 3_600_000, 7_200_000), new(at.AddHours(1), at.AddHours(2), 0, 0), new(at.AddHours(2), at.AddHours(3), 0, 0)],
            [new TrafficGap(at.AddHours(1), at.AddHours(2))]);

        var cut = Open("", "?server=paris");

        Assert.Equal(
            ["20 Nov, 13:30|0|0|0|0", "20 Nov, 12:30 · not watched|–|–|–|–", "20 Nov, 11:30|3.60 MB|7.20 MB|8.00 k|16.0 k"],
            Rows(cut));
        Assert.Contains("Nobody watched paris for 1 h of this period: 12:30–13:30.", Text(cut.Find("[role=note]")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_goes_on_is_averaged_over_what_has_passed_of_it()
    {
        DateTimeOffset at = Sample.Now.AddMinutes(-30);
        Reports.Traffic = new TrafficReport(HistoryRange.Create(at, Sample.Now), TrafficStep.Hour, [new(at, at.AddHours(1), 1_800_000, 0)], []);

        Assert.Equal(["20 Nov, 14:00|1.80 MB|0|8.00 k|0"], Rows(Open("")));
    }

    [Fact]
    public void What_is_not_added_up_yet_is_not_shown_as_nothing()
    {
        DateTimeOffset at = Sample.Now.AddMinutes(-30);
        Reports.Traffic = new TrafficReport(
            HistoryRange.Create(at, Sample.Now), TrafficStep.QuarterHour,
            [new(at, at.AddMinutes(15), 900_000, 0), new(at.AddMinutes(15), at.AddMinutes(30), 0, 0)], [], AsOf: at.AddMinutes(10));

        var cut = Open("");

        Assert.Equal(["20 Nov, 14:00|900 kB|0|12.0 k|0"], Rows(cut));
        Assert.Contains("Added up to 14:10: what came since is not in it yet.", Text(cut.Find(".note")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sample.HostileNames), MemberType = typeof(Sample))]
    public void Top_talkers_are_ranked_and_their_names_are_text(string name)
    {
        Reports.Top = new TopReport(Sample.Now.AddDays(-1), Sample.Now, [new TopEntry(name, 750, 0), new TopEntry("bob", 100, 150)], 850, 150);

        var cut = Open("top");

        Assert.Equal([$"1|{HostileText.Visible(name)}|750 B|0|750 B|75.0 %", "2|bob|100 B|150 B|250 B|25.0 %"], Rows(cut));
        Assert.Equal(PageLinks.Client(name), cut.Find("td.name a").GetAttribute("href"));
        Assert.Empty(cut.FindAll("script, b, [onmouseover]"));
        Assert.DoesNotContain(JSInterop.Invocations.SelectMany(call => call.Arguments), argument => argument is string text && text.Contains("bob", StringComparison.Ordinal));
    }

    [Fact]
    public void Servers_can_be_ranked_too()
    {
        Open("top", "?by=server");

        Assert.Equal(TopSubject.Server, Reports.Asked<TopQuery>().Subject);
    }

    [Fact]
    public void Peaks_are_listed_with_the_highest_in_the_heading()
    {
        DateTimeOffset day = new(2026, 11, 18, 0, 0, 0, TimeSpan.Zero);
        Reports.Concurrency = [new(day, day.AddDays(1), 12), new(day.AddDays(1), day.AddDays(2), 1410)];

        var cut = Open("concurrency", "?range=90d");

        Assert.Equal(["Thu 19 Nov 2026|1,410", "Wed 18 Nov 2026|12"], Rows(cut));
        Assert.Contains("at most 1,410, Thu 19 Nov 2026", Text(cut.Find("header")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?range=90d", true)]
    [InlineData("?range=90d&server=paris", false)]
    public void Whoever_sees_some_of_the_servers_is_told_that_their_peaks_are_added_up(string question, bool isTold)
    {
        User.SetClaims([.. ServerAccess.Claims(["paris", "lyon"])]);
        Reports.Concurrency = [new(Sample.Now.AddDays(-1), Sample.Now, 12)];

        Assert.Equal(isTold, Open("concurrency", question).Markup.Contains("adds up the highest of each of your servers", StringComparison.Ordinal));
    }

    [Fact]
    public void Months_are_billed_by_server_and_one_that_goes_on_says_so()
    {
        Reports.Billing =
        [
            new("paris", new DateOnly(2026, 11, 1), 10_000_000, 0, 125_000, 250_000, 7, 5_000, Sample.Now.AddHours(-1)),
            new("paris", new DateOnly(2026, 10, 1), 20_000_000, 0, 1_250_000, 0, 9, 8_928, Sample.Now.AddDays(-10)),
        ];

        Assert.Equal(
            ["Nov 2026so far, 1 h ago|paris|1.00 M|2.00 M|10.0 MB|0|7|5,000", "Oct 2026|paris|10.0 M|0|20.0 MB|0|9|8,928"],
            Rows(Open("billing")));
    }

    [Fact]
    public void Five_years_of_months_are_as_many_as_can_be_had()
    {
        Open("billing", "?range=5y");

        Assert.Equal((new DateOnly(2021, 12, 1), new DateOnly(2026, 11, 1)), Reports.Asked<(DateOnly, DateOnly)>());
    }

    [Fact]
    public void Who_flaps_leads_to_its_reconnect_chains()
    {
        Reports.Flapping = [new FlappingClient("paris", "a&b", 40, TimeSpan.FromSeconds(70), Sample.Now.AddHours(-5), Sample.Now)];
        Reports.Chains = [new ReconnectChain("paris", "a&b", 12, Sample.Now.AddHours(-2), Sample.Now, TimeSpan.FromMinutes(3), 1000, 0)];
        var cut = Open("reconnects");

        Assert.Equal(["1|a&b|paris|40|1 min|09:30|14:30"], Rows(cut));
        Navigation.NavigateTo(cut.Find("td.name a").GetAttribute("href")!);

        cut.WaitForAssertion(() => Assert.Equal(["1|paris|12:30|14:30|12|3 min|1.00 kB|0"], Rows(cut)));
        Assert.Equal(("a&b", "paris"), Reports.Asked<(string, string?)>());
        Assert.Equal([true, true], cut.FindAll(".exports a").Select(link => link.GetAttribute("href")!.Contains("server=paris", StringComparison.Ordinal)));
    }

    [Fact]
    public void Back_from_the_chains_of_a_client_the_drawing_is_that_of_the_clients_again()
    {
        Reports.Flapping = [new FlappingClient("paris", "alice", 40, TimeSpan.FromSeconds(70), Sample.Now.AddHours(-5), Sample.Now)];
        Reports.Chains = [new ReconnectChain("paris", "alice", 12, Sample.Now.AddHours(-2), Sample.Now, TimeSpan.FromMinutes(3), 1000, 0)];
        var cut = Open("reconnects");
        string list = Navigation.Uri;
        Navigation.NavigateTo(cut.Find("td.name a").GetAttribute("href")!);
        cut.WaitForAssertion(() => Assert.Contains("sessions 12", cut.Find("[role=img][aria-label]").GetAttribute("aria-label"), StringComparison.Ordinal));

        Navigation.NavigateTo(list);

        cut.WaitForAssertion(() => Assert.Equal("Sessions by client, by its place in the table: 1 bar, the highest at 1: sessions 40", cut.Find("[role=img][aria-label]").GetAttribute("aria-label")));
    }

    [Fact]
    public void Two_devices_and_one_that_came_back_are_told_apart()
    {
        SessionRecord older = SessionSample.Of("alice"), newer = SessionSample.Of("alice") with { RealAddress = "198.51.100.9:1" };
        Reports.Shared =
        [
            new SharedName("alice", older, newer, Sample.Now.AddHours(-2), Sample.Now, IsTakeover: false),
            new SharedName("alice", older, newer, Sample.Now.AddMinutes(-2), Sample.Now, IsTakeover: true),
            new SharedName("alice", older, newer, Sample.Now.AddDays(-40), Sample.Now.AddDays(-39), IsTakeover: true),
        ];

        var cut = Open("shared");

        Assert.Equal(["two devices", "one device, reconnected", "too long ago to tell"], cut.FindAll("tbody .chip").Select(chip => chip.TextContent.Trim()));
        Assert.Contains("2 h", Rows(cut)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Idle_accounts_are_asked_for_by_how_long_they_were_away_and_paged_by_key()
    {
        Reports.Idle = new Page<LastSeen>([new LastSeen("carol", Sample.Now.AddDays(-300), Sample.Now.AddDays(-100), IsConnected: false, 7, "paris")], "next-page");

        var cut = Open("idle", "?by=90d");

        Assert.Equal((Sample.Now.AddDays(-90), null), Reports.Asked<(DateTimeOffset?, string?)>());
        Assert.Contains("carol|100 d ago", Rows(cut)[0], StringComparison.Ordinal);
        Assert.Contains("cursor=next-page", cut.Find(".pages a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_of_idleness_that_there_is_not_is_refused() =>
        Assert.Contains("choose one of those above", Open("idle", "?by=forever").Find("[role=alert]").TextContent, StringComparison.Ordinal);

    [Fact]
    public void Failed_attempts_are_listed_by_source_with_the_daemons_words()
    {
        Reports.Failed = [new FailedAttempts("paris", "203.0.113.9", "<i>eve</i>", 31, Sample.Now.AddHours(-1), Sample.Now, "TLS Auth Error: <script>")];

        var cut = Open("failed");

        Assert.Equal(["1|203.0.113.9|<i>eve</i>|paris|31|14:30|TLS Auth Error: <script>"], Rows(cut));
        Assert.Empty(cut.FindAll("script, td i"));
    }

    private IRenderedComponent<ReportsPage> Open(string kind, string query = "")
    {
        string path = kind.Length == 0 ? "reports" : $"reports/{Uri.EscapeDataString(kind)}";
        Navigation.NavigateTo(path + query);
        return Render<ReportsPage>(page => page.Add(p => p.Kind, kind.Length == 0 ? null : kind));
    }

    private static string[] Rows(IRenderedComponent<ReportsPage> cut) =>
        [.. cut.FindAll("tbody tr").Where(row => row.QuerySelector("td") is not null).Select(row => string.Join('|', row.QuerySelectorAll("td").Select(Text)))];

    private static string Text(IElement element) => string.Join(' ', element.TextContent.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
}
