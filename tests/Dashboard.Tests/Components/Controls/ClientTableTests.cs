using System.Collections.Immutable;

using Bunit;

using Dashboard.Components.Controls;
using Dashboard.Live;

namespace Dashboard.Tests.Components.Controls;

public sealed class ClientTableTests : ComponentTestContext
{
    [Theory]
    [MemberData(nameof(Sample.HostileNames), MemberType = typeof(Sample))]
    public void A_hostile_name_is_text(string name)
    {
        var cut = Draw([Sample.Client(name) with { Username = name + "u", Platform = name }]);

        Assert.Equal(HostileText.Visible(name), cut.Find("td.name .first").TextContent);
        Assert.Empty(cut.FindAll("td b, script, td [onmouseover]"));
    }

    [Fact]
    public void A_dash_is_unknown_and_0_is_zero()
    {
        var cut = Draw([Sample.Client("new", 0), Sample.Client("idle", 1) with { ReceivedRate = 0, SentRate = 0 }]);

        Assert.Equal(["0", "0", "–", "–"], cut.FindAll(".rate").Select(rate => rate.TextContent));
    }

    [Fact]
    public void Old_rates_are_grey()
    {
        var cut = Draw([Sample.Client() with { ReceivedRate = 1, SentRate = 1 }], old: true);

        Assert.All(cut.FindAll(".rate"), rate => Assert.Contains("old", rate.ClassList));
    }

    [Fact]
    public void A_heading_says_how_the_column_is_sorted()
    {
        var cut = Draw([Sample.Client()], query: new ClientQuery("", ClientSort.Name, Descending: true));

        Assert.Equal("Client", cut.Find("th[aria-sort=descending] button").FirstChild!.TextContent);
    }

    [Fact]
    public void A_click_on_a_heading_asks_for_its_order()
    {
        ClientQuery? asked = null;
        var cut = Draw([Sample.Client()], changed: query => asked = query);

        cut.FindAll("th button").Single(button => button.TextContent.StartsWith("Client", StringComparison.Ordinal)).Click();

        Assert.Equal(new ClientQuery("", ClientSort.Name, Descending: false), asked);
    }

    [Fact]
    public void Typing_asks_for_the_filter()
    {
        ClientQuery? asked = null;
        var cut = Draw([Sample.Client()], changed: query => asked = query);

        cut.Find("input[type=search]").Input("ali");

        Assert.Equal("ali", asked?.Filter);
    }

    [Fact]
    public void The_count_tells_how_many_of_how_many_match() =>
        Assert.Equal("1 of 2 clients", Draw([Sample.Client("alice", 0), Sample.Client("bob", 1)], query: ClientQuery.Default with { Filter = "bob" }).Find(".count").TextContent);

    [Fact]
    public void No_match_offers_to_show_all()
    {
        ClientQuery? asked = null;
        var cut = Draw([Sample.Client()], query: ClientQuery.Default with { Filter = "nobody" }, changed: query => asked = query);

        cut.Find(".empty button").Click();

        Assert.Equal("", asked?.Filter);
    }

    [Fact]
    public void Of_5000_clients_only_some_are_drawn()
    {
        ImmutableArray<ClientSnapshot> many = [.. Enumerable.Range(0, 5000).Select(i => Sample.Client($"client-{i}", (uint)i))];

        var cut = Draw(many);

        Assert.InRange(cut.FindAll("tbody td.name").Count, 1, 200);
        Assert.Equal("5001", cut.Find("table").GetAttribute("aria-rowcount"));
    }

    [Fact]
    public void Rows_keep_their_places_while_the_pointer_is_over_them()
    {
        var cut = Draw([Rated("alice", 0, 10), Rated("bob", 1, 5)]);

        cut.Find(".clients").MouseEnter();
        Time.Advance(ClientTable.OrderLasts);
        cut.Render(p => p.Add(t => t.Clients, [Rated("alice", 0, 1), Rated("bob", 1, 50), Rated("carol", 2, 99)]));

        Assert.Equal(["alice", "bob", "carol"], Names(cut));
    }

    [Fact]
    public void Rows_keep_their_places_for_some_seconds_while_their_numbers_change()
    {
        var cut = Draw([Rated("alice", 0, 10), Rated("bob", 1, 5)]);

        Time.Advance(ClientTable.OrderLasts - TimeSpan.FromTicks(1));
        cut.Render(p => p.Add(t => t.Clients, [Rated("carol", 2, 7), Rated("bob", 1, 50)]).Add(t => t.Changes, 1));

        Assert.Equal(["bob", "carol"], Names(cut));
        Assert.Equal("400", cut.Find(".rate.in").TextContent);
    }

    [Fact]
    public void Rows_keep_their_places_when_somebody_comes_and_somebody_goes()
    {
        var cut = Draw([Rated("alice", 0, 10), Rated("bob", 1, 5), Rated("carol", 2, 20)]);

        cut.Render(p => p.Add(t => t.Clients, [Rated("dave", 3, 99), Rated("bob", 1, 50), Rated("carol", 2, 1)]).Add(t => t.Changes, 1));
        Assert.Equal(["carol", "bob", "dave"], Names(cut));

        cut.Render(p => p.Add(t => t.Clients, [Rated("dave", 3, 99), Rated("bob", 1, 50), Rated("carol", 2, 2)]));
        Assert.Equal(["carol", "bob", "dave"], Names(cut));
    }

    [Fact]
    public void A_new_filter_or_order_is_followed_at_once()
    {
        var cut = Draw([Rated("alice", 0, 10), Rated("bob", 1, 5)]);

        cut.Render(p => p.Add(t => t.Query, ClientQuery.Default with { Descending = false }));

        Assert.Equal(["bob", "alice"], Names(cut));
    }

    [Fact]
    public void Rows_take_their_places_again_when_the_pointer_has_left()
    {
        var cut = Draw([Rated("alice", 0, 10), Rated("bob", 1, 5)]);

        cut.Find(".clients").MouseEnter();
        cut.Find(".clients").MouseLeave();
        Time.Advance(ClientTable.OrderLasts);
        cut.Render(p => p.Add(t => t.Clients, [Rated("alice", 0, 1), Rated("bob", 1, 50)]));

        Assert.Equal(["bob", "alice"], Names(cut));
    }

    [Fact]
    public void The_page_before_the_circuit_holds_the_first_rows()
    {
        IsInteractive = false;

        var cut = Draw([.. Enumerable.Range(0, 5000).Select(i => Sample.Client($"client-{i:0000}", (uint)i))], query: ClientQuery.Default.SortedBy(ClientSort.Name));

        Assert.Equal(Enumerable.Range(0, 16).Select(i => $"client-{i:0000}"), Names(cut));
    }

    [Fact]
    public void A_row_that_moves_is_not_made_again()
    {
        var cut = Draw([Rated("alice", 0, 1), Rated("bob", 1, 50)]);
        Dictionary<string, ClientRow> rows = Rows();

        Time.Advance(ClientTable.OrderLasts);
        cut.Render(p => p.Add(t => t.Clients, [Rated("alice", 0, 99), Rated("bob", 1, 50)]));

        Assert.Equal(["alice", "bob"], Names(cut));
        Assert.All(Rows(), row => Assert.Same(rows[row.Key], row.Value));

        Dictionary<string, ClientRow> Rows() => cut.FindComponents<ClientRow>().ToDictionary(row => row.Instance.Client.CommonName, row => row.Instance, StringComparer.Ordinal);
    }

    [Fact]
    public void A_viewer_has_no_button() => Assert.Empty(Draw([Sample.Client()], canDisconnect: false).FindAll("tbody button"));

    [Fact]
    public void A_button_that_cannot_work_says_why()
    {
        var cut = Draw([Sample.Client()], whyNot: "No management session: unreachable.");

        Assert.True(cut.Find("tbody button").HasAttribute("disabled"));
        Assert.Equal("No management session: unreachable.", cut.Find("tbody button").GetAttribute("title"));
    }

    private static ClientSnapshot Rated(string name, uint cid, double rate) => Sample.Client(name, cid) with { ReceivedRate = rate };

    private static string[] Names(IRenderedComponent<ClientTable> cut) => [.. cut.FindAll("td.name .first").Select(name => name.TextContent)];

    private IRenderedComponent<ClientTable> Draw(
        ImmutableArray<ClientSnapshot> clients,
        ClientQuery? query = null,
        bool old = false,
        bool canDisconnect = true,
        string? whyNot = null,
        Action<ClientQuery>? changed = null) =>
        Render<ClientTable>(p => p
            .Add(t => t.Clients, clients)
            .Add(t => t.Query, query ?? ClientQuery.Default)
            .Add(t => t.Old, old)
            .Add(t => t.CanDisconnect, canDisconnect)
            .Add(t => t.WhyNot, whyNot)
            .Add(t => t.QueryChanged, changed ?? (_ => { })));
}
