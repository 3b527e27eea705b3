using Dashboard.Tests.Access;

namespace Dashboard.Tests.Components;

/// <summary>What a page costs before anything is drawn.</summary>
public sealed class LightPagesTests(AccessFixture fixture) : IClassFixture<AccessFixture>
{
    private const string Library = "_content/MudBlazor/MudBlazor.min";

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Pages_are_compressed(string encoding)
    {
        Assert.Equal([encoding], await EncodingsAsync("/", encoding));
    }

    [Theory]
    [InlineData("/account/sign-in")]
    [InlineData("/account/authenticator")]
    public async Task Pages_that_may_show_a_secret_are_not(string page) => Assert.Empty(await EncodingsAsync(page, "br, gzip"));

    private async Task<IEnumerable<string>> EncodingsAsync(string page, string accepted)
    {
        using Browser browser = new(fixture.App.Address);
        using HttpResponseMessage signedIn = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);
        browser.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        browser.Headers.TryAddWithoutValidation("Accept", "text/html");
        using HttpResponseMessage response = await browser.GetAsync(page);
        return response.Content.Headers.ContentEncoding;
    }

    [Fact]
    public async Task The_account_pages_wait_for_no_component_library()
    {
        using Browser browser = new(fixture.App.Address);

        using HttpResponseMessage response = await browser.GetAsync("/account/sign-in");
        var page = await Browser.ReadAsync(response);

        Assert.DoesNotContain(page.QuerySelectorAll("link[rel=stylesheet]"), link => link.GetAttribute("href")!.StartsWith(Library, StringComparison.Ordinal));
        Assert.Empty(page.QuerySelectorAll("script"));
    }

    [Fact]
    public async Task The_librarys_sheet_comes_first_so_that_ours_win()
    {
        using Browser browser = new(fixture.App.Address);
        using HttpResponseMessage signedIn = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);

        using HttpResponseMessage response = await browser.GetAsync("/");
        string sheet = (await Browser.ReadAsync(response)).QuerySelectorAll("link[rel=stylesheet]")[0].GetAttribute("href")!;

        Assert.StartsWith(Library, sheet, StringComparison.Ordinal);
    }
}
