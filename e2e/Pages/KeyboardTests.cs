using E2E.Browsers;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>What has to work without a pointer, in a real browser: the component library's script is part of it.</summary>
[Collection<LiveDashboardTests>]
public sealed class KeyboardTests(LiveDashboard dashboard) : IAsyncLifetime
{
    private Visit _visit = null!;

    private IPage Page => _visit.Page;

    public async ValueTask InitializeAsync() => _visit = await dashboard.SignInAsync(Screen.Light);

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(_visit.Errors);
        await _visit.DisposeAsync();
    }

    [Fact]
    public async Task A_question_begins_where_no_harm_is_done_keeps_the_focus_and_gives_it_back()
    {
        await _visit.GotoAsync("/servers/site/paris?tab=control");
        ILocator asks = Page.GetByRole(AriaRole.Button, new() { Name = "Send SIGUSR2…" });
        await asks.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        ILocator dialog = Page.GetByRole(AriaRole.Dialog);

        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Tab");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Send SIGUSR2" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Tab");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Escape");

        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(asks).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_menu_opens_moves_and_closes()
    {
        await _visit.GotoAsync("/servers/site/paris");
        ILocator menu = Page.GetByRole(AriaRole.Button, new() { Name = "Signal…" });
        await menu.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Page.GetByRole(AriaRole.Menuitem, new() { Name = "SIGUSR1" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Page.GetByRole(AriaRole.Menuitem, new() { Name = "SIGUSR2" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Escape");

        await Expect(Page.GetByRole(AriaRole.Menuitem)).ToHaveCountAsync(0);
        await Expect(menu).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_find_box_takes_what_the_arrows_chose()
    {
        await dashboard.AllClientsConnectedAsync(TestContext.Current.CancellationToken);
        await _visit.GotoAsync("/");
        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.TypeAsync("bob");
        await Expect(Page.GetByRole(AriaRole.Option)).ToHaveCountAsync(2); // bob, and the past

        await Page.Keyboard.PressAsync("ArrowDown");
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/sessions\\?q=bob", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Theory]
    [InlineData("**/MudBlazor.min*.js")]
    [InlineData("**/MudBlazor.min*.css")]
    [InlineData("**/LogTail.razor*.js")]
    [InlineData("**/js/console*.js")]
    [InlineData("**/css/components*.css")]
    public async Task A_script_or_sheet_that_cannot_be_fetched_leaves_the_page_alive(string file)
    {
        await using Visit visit = await dashboard.SignInAsync(Screen.Light);
        await visit.Page.RouteAsync(file, route => route.AbortAsync());

        await visit.GotoAsync("/servers/site/paris");
        await visit.Page.GetByLabel("Filter clients").FillAsync("bob");

        await Expect(visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "alice" })).ToHaveCountAsync(0);
        await Expect(visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "bob" })).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("This page could not be drawn")).ToHaveCountAsync(0);
    }
}
