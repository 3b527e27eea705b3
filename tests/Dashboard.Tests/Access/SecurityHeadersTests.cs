
namespace Dashboard.Tests.Access;

public sealed class SecurityHeadersTests(AccessFixture fixture) : IClassFixture<AccessFixture>
{
    private const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self'; style-src-elem 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        + "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'";

    private readonly AccessApp _app = fixture.App;

    [Theory]
    [InlineData("/")]
    [InlineData("/account/sign-in")]
    [InlineData("/api/probe/view")]
    [InlineData("/_framework/blazor.web.js")]
    [InlineData("/no/such/page")]
    public async Task Every_response_carries_the_headers_once(string path)
    {
        using Browser browser = await SignedInAsync();

        using HttpResponseMessage response = await browser.GetAsync(path);

        Assert.Equal([Policy], response.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["same-origin"], response.Headers.GetValues("Referrer-Policy"));
        Assert.Equal(["same-origin"], response.Headers.GetValues("Cross-Origin-Opener-Policy"));
        Assert.Contains("camera=()", Assert.Single(response.Headers.GetValues("Permissions-Policy")));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/account/sign-in")]
    public async Task No_page_depends_on_a_script_that_the_policy_blocks(string path)
    {
        using Browser browser = path is "/" ? await SignedInAsync() : new Browser(_app.Address);

        using HttpResponseMessage response = await browser.GetAsync(path);
        var page = await Browser.ReadAsync(response);

        Assert.True(response.IsSuccessStatusCode);
        Assert.Empty(page.QuerySelectorAll("script:not([src])").Select(static script => script.OuterHtml));
        Assert.Empty(page.All.Where(static element => element.Attributes.Any(static attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal))).Select(static element => element.OuterHtml));
    }

    [Fact]
    public async Task A_page_is_kept_in_no_cache()
    {
        using Browser browser = await SignedInAsync();

        using HttpResponseMessage page = await browser.GetAsync("/");
        using HttpResponseMessage api = await browser.GetAsync("/api/probe/view");

        Assert.True(page.Headers.CacheControl?.NoStore);
        Assert.True(api.Headers.CacheControl?.NoStore);
    }

    private async Task<Browser> SignedInAsync()
    {
        var browser = new Browser(_app.Address);
        using HttpResponseMessage response = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);
        return browser;
    }
}
