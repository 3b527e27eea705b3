using System.Text.Json;

namespace E2E.Program;

/// <summary><c>./run --demo</c> with nothing set up before. Builds, so nothing else runs beside it.</summary>
[CollectionDefinition(DisableParallelization = true)]
[Collection<DemoTests>]
public sealed class DemoTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_root_the_demo_says_that_it_is_simulated_shows_live_servers_and_leaves_nothing_behind()
    {
        // Another user's rights on files that are ours: a user namespace in which we are not root.
        await using Demo demo = await Demo.StartAsync("unshare", "--user", "--map-user=1000", "--map-group=1000");

        Assert.Contains(demo.Output, line => line.StartsWith("-- SIMULATED: the servers of this demo are played, there is no VPN", StringComparison.Ordinal));
        JsonElement servers = await demo.WhenLiveAsync();
        Assert.Equal(["lyon", "oslo", "paris"], servers.EnumerateArray().Select(server => server.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        Assert.NotEmpty((await demo.GetAsync("/api/v1/servers/paris/clients")).EnumerateArray());
    }

    [Fact]
    public async Task As_root_the_demo_shows_a_real_OpenVPN_whose_three_clients_move_traffic_and_leaves_nothing_behind()
    {
        string lab;
        await using (Demo demo = await Demo.StartAsync())
        {
            Assert.DoesNotContain(demo.Output, line => line.Contains("SIMULATED", StringComparison.Ordinal));
            JsonElement server = Assert.Single((await demo.WhenLiveAsync()).EnumerateArray());
            Assert.Equal("demo", server.GetProperty("name").GetString());
            lab = demo.LabId;
            Assert.Equal(5, NetworkNamespaces(lab).Length); // a switch, the server, three clients
            await Eventually.ReadAsync(
                () => demo.GetAsync("/api/v1/servers/demo/clients"),
                clients => clients.EnumerateArray().Count(client => client.GetProperty("receivedBytes").GetInt64() + client.GetProperty("sentBytes").GetInt64() > 100_000) == 3,
                Cancel);
        }

        Assert.Empty(NetworkNamespaces(lab));
        Assert.False(Directory.Exists($"/run/vpn-lab-{lab}"));
    }

    private static string[] NetworkNamespaces(string lab) => Directory.GetFiles("/run/netns", $"vpn-lab-{lab}-*");
}
