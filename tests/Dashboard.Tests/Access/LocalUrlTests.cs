using Dashboard.Access;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Tests.Access;

public sealed class LocalUrlTests
{
    [Theory]
    [InlineData("/", "")]
    [InlineData("/servers/paris?tab=log", "servers/paris?tab=log")]
    [InlineData("/clients/?name=a%2F..%2Fb", "clients/?name=a%2F..%2Fb")]
    [InlineData("/clients/a%3Ab?q=https://example.net/", "clients/a%3Ab?q=https://example.net/")]
    public void A_return_address_leads_to_a_page_of_the_dashboard(string returnUrl, string link) => Assert.Equal(link, LocalUrl.OrHome(returnUrl));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("servers")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("///evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("/https://evil.example/")]
    [InlineData("/javascript:alert(1)")]
    [InlineData("/..//evil.example/")]
    [InlineData("/../other")]
    [InlineData("/%2e%2e/other")]
    [InlineData("/servers/../../other")]
    [InlineData("/..\\other")]
    public void A_return_address_that_leaves_the_dashboard_leads_home(string? returnUrl) => Assert.Equal(LocalUrl.Home, LocalUrl.OrHome(returnUrl));

    [Theory]
    [InlineData("servers/paris?tab=log", "account/sign-in?returnUrl=%2Fservers%2Fparis%3Ftab%3Dlog")]
    [InlineData("/servers", "account/sign-in?returnUrl=%2Fservers")]
    [InlineData("/", "account/sign-in")]
    [InlineData("", "account/sign-in")]
    [InlineData("//evil.example/", "account/sign-in")]
    public void A_page_that_leads_on_names_where(string target, string link) => Assert.Equal(link, LocalUrl.WithReturn("account/sign-in", target));

    [Theory]
    [InlineData("", "/account")]
    [InlineData("/vpn", "/vpn/account")]
    public void A_redirect_names_the_path_of_the_dashboard(string pathBase, string expected) =>
        Assert.Equal(expected, LocalUrl.OnHost(new DefaultHttpContext { Request = { PathBase = pathBase } }.Request, "account"));
}
