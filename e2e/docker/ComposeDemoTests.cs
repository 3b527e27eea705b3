using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

using E2E.Pages;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Docker;

/// <summary>What README.md promises of <c>docker compose up</c>, and what happens when the machine is not as it should be.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class DockerTests : ICollectionFixture<ComposeDemo>;

/// <inheritdoc cref="DockerTests"/>
[Collection<DockerTests>]
public sealed partial class ComposeDemoTests(ComposeDemo demo)
{
    private static readonly ImmutableDictionary<string, string> s_asTheDemo = ImmutableDictionary<string, string>.Empty;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_is_healthy_and_nothing_is_privileged()
    {
        await demo.HealthyAsync();

        Assert.Equal(["false"], (await demo.InspectAsync("{{.HostConfig.Privileged}}")).Distinct());
        string[] dashboard = await demo.InspectAsync($"{{{{if eq .Config.Image \"{demo.Image}\"}}}}{{{{.Config.User}}}} {{{{.HostConfig.ReadonlyRootfs}}}} {{{{.HostConfig.CapAdd}}}}{{{{end}}}}");
        Assert.Equal(["1654 true []"], dashboard);
        string[] powers = await demo.InspectAsync("{{range .HostConfig.CapAdd}}{{.}} {{end}}{{range .HostConfig.Devices}}{{.PathOnHost}}{{end}}");
        Assert.All(powers, power => Assert.Matches("^((CAP_)?NET_ADMIN /dev/net/tun)?$", power));
    }

    [Fact]
    public async Task The_page_shows_a_living_fleet()
    {
        await using Visit visit = await demo.SignInAsync();
        await visit.GotoAsync("/servers/demo");

        foreach (string name in new[] { "alice", "bob", "carol" })
            await Expect(Row(visit, name)).ToBeVisibleAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Img, new() { NameRegex = Bandwidth() })).ToHaveAttributeAsync("aria-label", Moving());
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_client_that_is_halted_goes_and_comes_back_by_itself()
    {
        await using Visit visit = await demo.SignInAsync();
        await visit.GotoAsync("/servers/demo");
        await Expect(Row(visit, "carol")).ToBeVisibleAsync();

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Disconnect carol" }).ClickAsync();
        ILocator dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("Halt", new() { Exact = true }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("client-kill command succeeded");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await Expect(Row(visit, "carol")).Not.ToBeVisibleAsync();
        await Expect(Row(visit, "carol")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_restart_of_the_database_leaves_the_live_page_alone_and_is_recovered_from()
    {
        await using Visit visit = await demo.SignInAsync();
        await visit.GotoAsync("/servers/demo");
        await Expect(Row(visit, "alice")).ToBeVisibleAsync();

        await demo.ComposeAsync("stop", "--timeout", "5", "database");
        await Eventually.ReadAsync(() => ReadyAsync(visit), status => status == 503, Cancel);
        await Expect(Row(visit, "alice")).ToBeVisibleAsync();
        await demo.ComposeAsync("start", "database");

        await Eventually.ReadAsync(() => ReadyAsync(visit), status => status == 200, Cancel);
        await demo.HealthyAsync();
    }

    [Fact]
    public async Task A_dashboard_that_starts_before_its_database_waits_for_it()
    {
        await using Visit visit = await demo.SignInAsync();

        await demo.ComposeAsync("stop", "--timeout", "5", "database");
        await demo.ComposeAsync("restart", "--timeout", "20", "dashboard");
        await Eventually.ReadAsync(() => StatusAsync(visit, "/healthz"), status => status == 200, Cancel);
        Assert.Equal(503, await ReadyAsync(visit));
        await demo.ComposeAsync("start", "database");

        await Eventually.ReadAsync(() => ReadyAsync(visit), status => status == 200, Cancel);
        await demo.HealthyAsync();
    }

    [Fact]
    public async Task Without_the_tun_device_the_server_says_what_to_do()
    {
        (int exitCode, string output) = await demo.RunContainerAsync(demo.VpnImage, "server");

        Assert.Equal(1, exitCode);
        Assert.Contains("modprobe tun", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Volumes_of_another_version_are_refused_with_the_way_out()
    {
        (int exitCode, string output) = await demo.RunContainerAsync(demo.VpnImage, "sh", "-c", "mkdir -p /keys/server && echo 0 >/keys/server/layout && prepare");

        Assert.Equal(1, exitCode);
        Assert.Contains("docker compose down --volumes", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_and_nothing_is_left_of_the_attempt()
    {
        string project = $"{demo.Image}-second";

        (int exitCode, string output) = await demo.TryComposeAsync(project, ["docker/compose.yaml"], s_asTheDemo, "up", "--detach", "--no-deps", "dashboard");
        (int down, string why) = await demo.TryComposeAsync(project, ["docker/compose.yaml"], s_asTheDemo, "down", "--volumes");

        Assert.NotEqual(0, exitCode);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{demo.Port}"), output, StringComparison.Ordinal);
        Assert.Contains("port is already allocated", output, StringComparison.Ordinal);
        Assert.True(down == 0, why);
    }

    private static ILocator Row(Visit visit, string name) => visit.Page.GetByRole(AriaRole.Row).Filter(new() { Has = visit.Page.GetByText(name, new() { Exact = true }) });

    private static Task<int> ReadyAsync(Visit visit) => StatusAsync(visit, "/readyz");

    /// <returns>0 where nobody answers.</returns>
    private static async Task<int> StatusAsync(Visit visit, string path)
    {
        try
        {
            return (await visit.Page.Context.APIRequest.GetAsync(path)).Status;
        }
        catch (PlaywrightException)
        {
            return 0;
        }
    }

    [GeneratedRegex("^Bandwidth.*from clients")]
    private static partial Regex Bandwidth();

    [GeneratedRegex(@"at most \d[\d.]* [kM]bit/s")]
    private static partial Regex Moving();
}
