using System.Net;

using E2E.Browsers;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

[Collection<LiveDashboardTests>]
public sealed class OverviewPageTests(LiveDashboard dashboard)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_server_that_cannot_be_had_says_why_and_the_others_are_live()
    {
        await using Visit visit = await dashboard.SignInAsync(Screen.Light);

        foreach ((string server, string state) in ((string, string)[])
            [("site/paris", "Live"), ("refused", "Unreachable"), ("silent", "Slot taken"), ("ssh", "Not OpenVPN"), ("guarded", "Password wrong")])
        {
            ILocator row = visit.Page.GetByRole(AriaRole.Table).GetByRole(AriaRole.Row).Filter(new() { Has = visit.Page.GetByRole(AriaRole.Link, new() { Name = server, Exact = true }) });
            await Expect(row).ToContainTextAsync(state);
        }
        Assert.Empty(visit.Errors);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/servers/site/paris")]
    [InlineData("/account/password")]
    public async Task A_stranger_is_led_to_the_sign_in_page(string address)
    {
        await using Visit visit = await dashboard.VisitAsync(Screen.Light);

        await visit.Page.GotoAsync(address);

        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("paris")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_program_without_a_token_gets_nothing_but_its_health()
    {
        using HttpClient stranger = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = dashboard.Program.Address };

        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/healthz", Cancel)).StatusCode);
        foreach (string path in (string[])["/api/v1/servers", "/api/v1/servers/site%2Fparis/clients", "/api/v1/nothing", "/readyz"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(path, Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("hold", """{"action":"explode"}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("hold", """{"action":""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("signal", """{"signal":"SIGKILL"}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("hold", """{"action":"on"}""", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_wrong_request_is_answered_with_what_is_wrong(string operation, string body, string type, HttpStatusCode expected)
    {
        using StringContent content = new(body, System.Text.Encoding.UTF8, type);

        using HttpResponseMessage response = await dashboard.Api.PostAsync($"/api/v1/servers/site%2Fparis/{operation}", content, Cancel);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("Dashboard.", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_API_knows_the_same_servers_as_the_page()
    {
        string servers = await dashboard.Api.GetStringAsync("/api/v1/servers", Cancel);

        Assert.Contains("\"name\":\"site/paris\",\"endpoint\":\"unix:", servers, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await dashboard.Api.GetAsync("/readyz", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await dashboard.Api.GetAsync("/api/v1/servers/nowhere", Cancel)).StatusCode);
    }
}
