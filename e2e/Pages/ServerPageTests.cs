using System.Net.Sockets;
using System.Text.RegularExpressions;

using E2E.Browsers;
using E2E.Lab;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>The main job: a person in front of the page of a real server with real clients.</summary>
[Collection<LiveDashboardTests>]
public sealed partial class ServerPageTests(LiveDashboard dashboard) : IAsyncLifetime
{
    private const string Hostile = "<b>x</b>";

    private Visit _visit = null!;

    private IPage Page => _visit.Page;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await dashboard.AllClientsConnectedAsync(Cancel);
        _visit = await dashboard.SignInAsync(Screen.Dark);
        await _visit.GotoAsync("/servers/site/paris");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "site/paris" })).ToBeVisibleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(_visit.Errors);
        await _visit.DisposeAsync();
    }

    [Fact]
    public async Task Three_clients_are_shown_with_their_addresses_and_their_names_are_text()
    {
        await Expect(Row("alice")).ToContainTextAsync("198.51.100.11");
        await Expect(Row("alice")).ToContainTextAsync("10.80.0.");
        await Expect(Row("bob")).ToContainTextAsync("2001:db8:77::12");
        await Expect(Row(Hostile)).ToBeVisibleAsync();
        Assert.Equal(0, await Page.Locator("td b", new() { HasText = "x" }).CountAsync());
    }

    [Fact]
    public async Task Traffic_moves_the_rate_of_its_client_and_the_chart()
    {
        ILocator chart = Page.GetByRole(AriaRole.Img, new() { NameRegex = FromClients() });
        await Expect(chart).ToBeVisibleAsync();

        await using (dashboard.Lab.KeepMoving("bob", 16, TrafficDirection.FromClient))
        {
            await Expect(Row("bob").Locator(".rate.in")).ToHaveTextAsync(Megabits());
            await Expect(Row("alice").Locator(".rate.in")).Not.ToHaveTextAsync(Megabits());
            await Expect(chart).ToHaveAttributeAsync("aria-label", MegabitsAtTheEnd());
        }
        await Expect(Row("bob").Locator(".rate.in")).Not.ToHaveTextAsync(Megabits());
    }

    [Fact]
    public async Task A_client_is_disconnected_and_the_daemon_s_answer_is_shown()
    {
        ApiClient before = (await dashboard.ReadClientsAsync(Cancel)).Single(c => c.CommonName == Hostile);

        await Page.GetByRole(AriaRole.Button, new() { Name = $"Disconnect {Hostile}" }).ClickAsync();
        ILocator dialog = Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("Halt", new() { Exact = true }).ClickAsync();
        await dialog.GetByLabel("Reason").FillAsync("""left the "company"; see #12""");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();

        await Expect(dialog).ToContainTextAsync("client-kill command succeeded");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(Row(Hostile)).Not.ToBeVisibleAsync();
        await dashboard.Lab.StartClientAsync(Hostile, Cancel);
        await Expect(Row(Hostile)).ToBeVisibleAsync();
        Assert.NotEqual(before.Session, (await dashboard.ReadClientsAsync(Cancel)).Single(c => c.CommonName == Hostile).Session);
    }

    [Fact]
    public async Task A_server_is_held_at_its_restart_and_released_again()
    {
        await ConfirmAsync("Turn hold on", "Turn hold on", "hold flag set to ON");
        await SendSignalAsync("SIGUSR1");
        await Expect(Page.GetByText("OpenVPN waits for a hold release").First).ToBeVisibleAsync();

        await ConfirmAsync("Release hold", "Release", "hold release succeeded");

        await Expect(Row("alice")).ToBeVisibleAsync();
        await ConfirmAsync("Turn hold off", "Turn hold off", "hold flag set to OFF");
        await dashboard.AllClientsConnectedAsync(Cancel);
    }

    [Fact]
    public async Task After_SIGUSR1_the_clients_come_back_as_new_sessions()
    {
        IReadOnlyList<ApiClient> before = await dashboard.ReadClientsAsync(Cancel);

        await SendSignalAsync("SIGUSR1");

        IReadOnlyList<ApiClient> after = await Eventually.ReadAsync(
            () => dashboard.ReadClientsAsync(Cancel),
            clients => clients.Count == 3 && !clients.Select(c => c.Session).Intersect(before.Select(c => c.Session)).Any(),
            Cancel);
        Assert.Equal(3, after.Select(c => c.Cid).Distinct().Count());
        foreach (ApiClient client in after)
            await Expect(Row(client.CommonName)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_log_and_the_echo_lines_of_the_daemon_are_shown()
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "Log" }).ClickAsync();
        await Expect(Page.GetByText("MULTI: primary virtual IP for alice").First).ToBeVisibleAsync();
        Assert.Equal(0, await Page.GetByText("MANAGEMENT: CMD 'status 3'").CountAsync());

        await Page.GetByRole(AriaRole.Link, new() { Name = "Echo" }).ClickAsync();
        await Expect(Page.GetByText("msg").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_filter_lives_in_the_address_of_the_page()
    {
        await Page.GetByLabel("Filter clients").FillAsync("bob");
        await Expect(Row("alice")).Not.ToBeVisibleAsync();
        await Page.ReloadAsync();

        await Expect(Row("bob")).ToBeVisibleAsync();
        await Expect(Row("alice")).Not.ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_slot_is_lent_to_another_program_that_is_named_and_taken_when_that_one_leaves()
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "Control" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Release the slot…" }).ClickAsync();
        await AnswerAsync("Release the slot", "The slot is free.");
        using (Socket other = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await other.ConnectAsync(new UnixDomainSocketEndPoint(dashboard.Lab.ManagementSocket), Cancel);
            using StreamReader greeting = new(new NetworkStream(other));
            Assert.StartsWith(">INFO:OpenVPN Management Interface", await greeting.ReadLineAsync(Cancel), StringComparison.Ordinal);

            await Page.GetByRole(AriaRole.Button, new() { Name = "Take the slot back…" }).ClickAsync();
            await AnswerAsync("Take the slot back", $"(pid {Environment.ProcessId})"); // the holder is this very test
        }

        await _visit.GotoAsync("/servers/site/paris");
        await Expect(Row("alice")).ToBeVisibleAsync();
        await dashboard.AllClientsConnectedAsync(Cancel);
    }

    private ILocator Row(string name) => Page.GetByRole(AriaRole.Row).Filter(new() { Has = Page.GetByText(name, new() { Exact = true }) });

    private async Task ConfirmAsync(string button, string verb, string answer)
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        await AnswerAsync(verb, answer);
    }

    private async Task SendSignalAsync(string signal)
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Signal…" }).ClickAsync();
        await Page.GetByRole(AriaRole.Menuitem, new() { Name = signal }).ClickAsync();
        await AnswerAsync($"Send {signal}", $"signal {signal} thrown");
    }

    private async Task AnswerAsync(string verb, string answer)
    {
        ILocator dialog = Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = verb }).ClickAsync();
        await Expect(dialog).ToContainTextAsync(answer);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
    }

    [GeneratedRegex("^Bandwidth.*from clients")]
    private static partial Regex FromClients();

    [GeneratedRegex(@"^\s*\d[\d.]* M\s*$")]
    private static partial Regex Megabits();

    [GeneratedRegex(@"from clients \d[\d.]* Mbit/s at the end")]
    private static partial Regex MegabitsAtTheEnd();
}
