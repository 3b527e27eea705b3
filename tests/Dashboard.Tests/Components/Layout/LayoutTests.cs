using Bunit;

using Dashboard.Components.Layout;
using Dashboard.Live;

using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Components.Layout;

public sealed class LayoutTests : ComponentTestContext
{
    public LayoutTests() => Services.AddSingleton<AntiforgeryStateProvider, FixedAntiforgery>();

    [Fact]
    public void The_keyboard_comes_to_the_content_first()
    {
        Navigation.NavigateTo("servers/paris?q=x");

        Assert.Equal("servers/paris?q=x#content", Render<MainLayout>().Find("a").GetAttribute("href"));
    }

    [Fact]
    public void Who_is_signed_in_stands_at_the_top() =>
        Assert.Equal("Operator · ana", Render<MainLayout>().Find(".who").TextContent);

    [Fact]
    public void Signing_out_is_a_form_that_no_other_site_can_send()
    {
        var form = Render<MainLayout>().Find("form[method=post]");

        Assert.Equal("account/sign-out", form.GetAttribute("action"));
        Assert.Equal("token", form.QuerySelector("input[name=__token]")?.GetAttribute("value"));
    }

    [Fact]
    public void The_navigation_lists_the_servers_with_their_state()
    {
        Store.Publish(Sample.Server("site/berlin", ServerStatus.Held));

        var entry = Render<SideNavigation>().Find(".mud-nav-group a");

        Assert.Equal("servers/site/berlin", entry.GetAttribute("href"));
        Assert.Contains("Held", entry.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_breadcrumb_names_the_server_in_the_address()
    {
        Navigation.NavigateTo("servers/site/%3Cb%3E?tab=log");

        Assert.Equal("site/<b>", Render<Breadcrumb>().Find("[aria-current=page]").TextContent);
    }

    [Fact]
    public async Task It_leaves_no_subscriber_behind()
    {
        Render<MainLayout>();

        await DisposeComponentsAsync();

        Assert.Equal(0, Store.Subscribers);
    }

    private sealed class FixedAntiforgery : AntiforgeryStateProvider
    {
        public override AntiforgeryRequestToken GetAntiforgeryToken() => new("token", "__token");
    }
}
