using AngleSharp.Dom;

using Bunit;

using Dashboard.Approvals;
using Dashboard.Components.Controls;
using Dashboard.Components.Layout;
using Dashboard.Live;

using Mgmt.Core;

using ApprovalsPage = Dashboard.Components.Pages.Approvals;

namespace Dashboard.Tests.Components.Pages;

public sealed class ApprovalsTests : ComponentTestContext
{
    private static readonly Guid s_request = Guid.Parse("11111111-1111-1111-1111-111111111111");
    private static readonly Guid s_block = Guid.Parse("22222222-2222-2222-2222-222222222222");

    [Theory]
    [MemberData(nameof(Sample.HostileNames), MemberType = typeof(Sample))]
    public void Who_waits_is_shown_with_where_from_and_how_long(string name)
    {
        Waits(name);

        IElement row = Render<ApprovalsPage>().Find("[aria-label='Clients that wait'] li");

        Assert.Contains(HostileText.Visible(name), row.TextContent, StringComparison.Ordinal);
        Assert.Contains("198.51.100.11:56726", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("denied in 40 s", Text(row), StringComparison.Ordinal);
        Assert.Empty(row.QuerySelectorAll("script, b, [onmouseover]"));
    }

    [Fact]
    public void Approve_decides_at_once_and_the_answer_comes_as_a_toast()
    {
        Waits("alice");
        var overlays = Render<Overlays>();
        var cut = Render<ApprovalsPage>();

        cut.Find("[aria-label='Approve alice']").Click();

        Assert.Equal([$"ana: approve {s_request} -"], Approvals.Asked);
        overlays.WaitForAssertion(() => Assert.Contains("client-auth command succeeded", overlays.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Deny_asks_for_the_reason_first()
    {
        Waits("alice");
        var overlays = Render<Overlays>();
        var cut = Render<ApprovalsPage>();

        cut.Find("[aria-label='Deny alice…']").Click();
        Assert.Empty(Approvals.Asked);
        overlays.Find("form input[type=text]").Input("not today");
        overlays.Find("form").Submit();

        Assert.Equal([$"ana: deny {s_request} not today"], Approvals.Asked);
    }

    [Fact]
    public void A_viewer_sees_who_waits_and_has_no_buttons()
    {
        User.SetRoles("Viewer");
        User.SetPolicies("View");
        Waits("alice");
        Approvals.Has(Kept("mallory"));

        var cut = Render<ApprovalsPage>();

        Assert.Contains("alice", cut.Markup, StringComparison.Ordinal);
        Assert.Contains("mallory", cut.Markup, StringComparison.Ordinal);
        Assert.Empty(cut.FindAll("button, form"));
    }

    [Fact]
    public void A_client_that_leaves_disappears()
    {
        Waits("alice");
        var cut = Render<ApprovalsPage>();

        Store.Publish(Sample.Server() with { IsGatekeeper = true });

        cut.WaitForAssertion(() => Assert.Contains("Nobody waits for a decision", cut.Markup, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "refused when it asks to come in")]
    [InlineData(false, "disconnected each time it comes back")]
    public void A_block_says_what_it_can_do(bool isGatekeeper, string words)
    {
        Store.Publish(Sample.Server() with { IsGatekeeper = isGatekeeper });
        Approvals.Has(Kept("mallory", "paris"));

        Assert.Contains(words, Render<ApprovalsPage>().Find("[aria-label=Blocks] tbody tr").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_is_lifted_after_a_question()
    {
        Store.Publish(Sample.Server());
        Approvals.Has(Kept("mallory"));
        var overlays = Render<Overlays>();

        Render<ApprovalsPage>().Find("[aria-label='Lift the block on mallory…']").Click();
        overlays.Find("form").Submit();

        Assert.Equal([$"ana: lift {s_block}"], Approvals.Asked);
    }

    [Fact]
    public void A_name_can_be_kept_out_of_every_server()
    {
        Store.Publish(Sample.Server());
        var overlays = Render<Overlays>();
        var cut = Render<ApprovalsPage>();

        cut.Find("form.add input[aria-required]").Input("mallory");
        Choose(cut, overlays, "For", "until lifted");
        cut.Find("form.add").Submit();
        overlays.Find("form").Submit();

        Assert.Equal(["ana: block mallory on all until lifted -"], Approvals.Asked);
    }

    [Fact]
    public void Blocks_that_are_not_in_the_database_yet_are_told()
    {
        Store.Publish(Sample.Server());
        Approvals.UnsavedBlocks = 1;

        Assert.Contains("1 change of the blocks below is in force", Text(Render<ApprovalsPage>().Find("[role=alert]")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaving_the_page_ends_its_subscriptions()
    {
        Render<ApprovalsPage>();

        await DisposeComponentsAsync();

        Assert.Equal((0, 0), (Store.Subscribers, Approvals.Subscribers));
    }

    [Fact]
    public void The_navigation_counts_who_waits()
    {
        Waits("alice");

        Assert.Equal("1, 1 client waiting", Text(Render<SideNavigation>().Find(".badge")).Replace(" ,", ",", StringComparison.Ordinal));
    }

    private void Waits(string name) =>
        Store.Publish(Sample.Server() with
        {
            IsGatekeeper = true,
            Waiting = [new WaitingClient(s_request, "paris", new ClientId(0), name, "user-0", "198.51.100.11:56726", "linux · 2.6.14", Sample.Now.AddSeconds(-10), Sample.Now.AddSeconds(40))],
        });

    private static Block Kept(string name, string? server = null) => new(s_block, server, name, "left the company", Sample.Now.AddMinutes(-5), "ben", null);

    private static string Text(IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
