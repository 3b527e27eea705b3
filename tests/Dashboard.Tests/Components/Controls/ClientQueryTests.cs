using Dashboard.Components.Controls;
using Dashboard.Live;

namespace Dashboard.Tests.Components.Controls;

public sealed class ClientQueryTests
{
    [Theory]
    [InlineData(null, ClientSort.Received, true)]
    [InlineData("name", ClientSort.Name, false)]
    [InlineData("-name", ClientSort.Name, true)]
    [InlineData("TOTAL", ClientSort.Total, false)]
    [InlineData("nonsense", ClientSort.Received, true)]
    [InlineData("3", ClientSort.Received, true)]
    public void The_order_is_read_from_the_address(string? text, ClientSort sort, bool descending) =>
        Assert.Equal(new ClientQuery("", sort, descending), ClientQuery.Parse(null, text));

    [Theory]
    [InlineData(ClientSort.Name, false, "name")]
    [InlineData(ClientSort.Name, true, "-name")]
    [InlineData(ClientSort.Received, false, "received")]
    [InlineData(ClientSort.Received, true, null)]
    public void The_order_is_written_to_the_address_unless_it_needs_no_saying(ClientSort sort, bool descending, string? text)
    {
        ClientQuery query = new("", sort, descending);

        Assert.Equal(text, query.SortText);
        Assert.Equal(query, ClientQuery.Parse(null, query.SortText));
    }

    [Theory]
    [InlineData("ALI")]
    [InlineData("ali@example")]
    [InlineData("203.0.113")]
    [InlineData("10.8.0.2")]
    [InlineData("fd00")]
    [InlineData("linux")]
    public void A_filter_finds_names_addresses_and_platform(string filter)
    {
        ClientSnapshot alice = Sample.Client() with { Username = "ali@example.org", VirtualAddress = "10.8.0.2", VirtualAddress6 = "fd00::2", Platform = "Linux 2.6.14" };
        ClientSnapshot other = Sample.Client("bob", 1, "[2001:db8::5]:1");

        Assert.Equal([alice], (ClientQuery.Default with { Filter = filter }).Matching([alice, other]));
    }

    [Fact]
    public void Unknown_rates_come_after_zero_when_the_fastest_come_first()
    {
        ClientSnapshot unknown = Sample.Client("unknown", 0);
        ClientSnapshot zero = Sample.Client("zero", 1) with { ReceivedRate = 0 };
        ClientSnapshot fast = Sample.Client("fast", 2) with { ReceivedRate = 5 };

        Assert.Equal(["fast", "zero", "unknown"], Names(ClientQuery.Default, unknown, zero, fast));
    }

    [Fact]
    public void Addresses_are_ordered_as_numbers() =>
        Assert.Equal(
            ["nine", "ten", "six"],
            Names(new ClientQuery("", ClientSort.Address, false), Sample.Client("ten", 0, "10.0.0.1:1"), Sample.Client("six", 1, "[2001:db8::1]:1"), Sample.Client("nine", 2, "9.0.0.1:1")));

    [Fact]
    public void Equal_clients_keep_the_order_of_their_CIDs_either_way()
    {
        ClientSnapshot[] same = [Sample.Client("b", 2), Sample.Client("a", 1)];

        Assert.Equal(["a", "b"], Names(new ClientQuery("", ClientSort.Total, false), same));
        Assert.Equal(["a", "b"], Names(new ClientQuery("", ClientSort.Total, true), same));
    }

    [Fact]
    public void The_same_column_again_turns_the_order_round() =>
        Assert.Equal([false, true], new[] { ClientQuery.Default.SortedBy(ClientSort.Name).Descending, ClientQuery.Default.SortedBy(ClientSort.Name).SortedBy(ClientSort.Name).Descending });

    private static string[] Names(ClientQuery query, params ClientSnapshot[] clients) =>
        [.. query.Matching([.. clients]).Order(query.Order).Select(client => client.CommonName)];
}
