using System.Net;
using AngleSharp.Html.Dom;
using Dashboard.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access;

public sealed class FirstAdministratorTests
{
    [Fact]
    public async Task The_link_on_standard_output_creates_an_administrator_and_signs_them_in()
    {
        await using AccessApp app = await AccessApp.StartAsync(await TestDatabase.NewAsync());
        using var browser = new Browser(app.Address);

        using HttpResponseMessage response = await browser.PostFormAsync(await app.FirstAdminLinkAsync(), AccessApp.NewAdmin("grace"));
        using HttpResponseMessage page = await browser.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains($"{app.Address.GetLeftPart(UriPartial.Authority)}/account/first-admin?token=", app.Output.ToString());
        var roles = await app.QueryAsync(static database => database.Roles.Select(static role => role.Name).Order().ToListAsync());
        Assert.Equal(["Admin", "Operator", "Viewer"], roles);
    }

    [Fact]
    public async Task The_link_works_once()
    {
        await using AccessApp app = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync());
        using var browser = new Browser(app.Address);

        using HttpResponseMessage response = await browser.GetAsync(await app.FirstAdminLinkAsync());

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Null((await Browser.ReadAsync(response)).QuerySelector("form"));
    }

    [Fact]
    public async Task Of_several_people_at_once_one_becomes_administrator()
    {
        await using AccessApp app = await AccessApp.StartAsync(await TestDatabase.NewAsync());
        string link = await app.FirstAdminLinkAsync();
        Browser[] browsers = [.. Enumerable.Range(0, 6).Select(_ => new Browser(app.Address))];
        IHtmlFormElement[] forms = await Task.WhenAll(browsers.Select(browser => browser.GetFormAsync(link)));

        HttpResponseMessage[] responses = await Task.WhenAll(browsers.Select((browser, i) => browser.PostAsync(forms[i], AccessApp.NewAdmin($"admin{i}"))));

        Assert.Single(responses, static response => response.StatusCode is HttpStatusCode.Redirect);
        Assert.Equal(5, responses.Count(static response => response.StatusCode is HttpStatusCode.Forbidden));
        Assert.Equal(1, await app.QueryAsync(static database => database.Users.CountAsync()));
        Assert.Equal(1, await app.QueryAsync(static database => database.UserRoles.CountAsync()));
    }

    [Fact]
    public async Task The_link_of_one_dashboard_is_void_when_another_on_the_same_database_was_first()
    {
        string database = await TestDatabase.NewAsync();
        await using AccessApp one = await AccessApp.StartAsync(database);
        await using AccessApp other = await AccessApp.StartAsync(database);
        using var slow = new Browser(one.Address);
        IHtmlFormElement form = await slow.GetFormAsync(await one.FirstAdminLinkAsync());
        using var quick = new Browser(other.Address);
        using HttpResponseMessage created = await quick.PostFormAsync(await other.FirstAdminLinkAsync(), AccessApp.NewAdmin("grace"));

        using HttpResponseMessage late = await slow.PostAsync(form, AccessApp.NewAdmin("mallory"));

        Assert.Equal(HttpStatusCode.Redirect, created.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
    }

    [Fact]
    public async Task The_link_expires_after_a_day()
    {
        var clock = new MovableClock();
        await using AccessApp app = await AccessApp.StartAsync(await TestDatabase.NewAsync(), builder => builder.Services.AddSingleton<TimeProvider>(clock));
        using var browser = new Browser(app.Address);
        string link = await app.FirstAdminLinkAsync();

        clock.Advance(TimeSpan.FromHours(23));
        using HttpResponseMessage inTime = await browser.GetAsync(link);
        IHtmlFormElement form = await browser.GetFormAsync(link);
        clock.Advance(TimeSpan.FromHours(1));
        using HttpResponseMessage late = await browser.GetAsync(link);
        using HttpResponseMessage lateForm = await browser.PostAsync(form, AccessApp.NewAdmin("grace"));

        Assert.Equal(HttpStatusCode.OK, inTime.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, lateForm.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?token=")]
    [InlineData("?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Another_token_is_refused(string query)
    {
        await using AccessApp app = await AccessApp.StartAsync(await TestDatabase.NewAsync());
        await app.FirstAdminLinkAsync();
        using var browser = new Browser(app.Address);

        using HttpResponseMessage response = await browser.GetAsync("/account/first-admin" + query);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task A_weak_password_is_refused_and_the_link_stays_good()
    {
        await using AccessApp app = await AccessApp.StartAsync(await TestDatabase.NewAsync());
        string link = await app.FirstAdminLinkAsync();
        using var browser = new Browser(app.Address);

        foreach (string weak in (string[])["elevenchars", "passwordpassword", "gracegracegrace"])
        {
            using HttpResponseMessage refused = await browser.PostFormAsync(link, AccessApp.NewAdmin("gracegracegrace", weak));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.NotNull((await Browser.ReadAsync(refused)).QuerySelector("[role=alert]"));
        }
        using HttpResponseMessage differing = await browser.PostFormAsync(link, ("userName", "grace"), ("newPassword", AccessApp.AdminPassword), ("repeatedPassword", "something else entirely"));
        using HttpResponseMessage accepted = await browser.PostFormAsync(link, AccessApp.NewAdmin("grace"));

        Assert.Equal(HttpStatusCode.BadRequest, differing.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, accepted.StatusCode);
    }

    [Fact]
    public async Task No_link_is_printed_once_there_is_an_administrator()
    {
        string database = await TestDatabase.NewAsync();
        await using (await AccessApp.StartWithAdminAsync(database)) { }

        await using AccessApp again = await AccessApp.StartAsync(database);
        using var browser = new Browser(again.Address);
        using HttpResponseMessage response = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Empty(again.Output.ToString());
    }
}
