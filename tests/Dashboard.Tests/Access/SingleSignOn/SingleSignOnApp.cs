using System.Net;
using Dashboard.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access.SingleSignOn;

/// <summary>A dashboard with an administrator of its own, a provider with which others sign in, and a clock that the tests turn. Each begins with <see cref="ResetAsync"/>.</summary>
public sealed class SingleSignOnApp : IAsyncLifetime
{
    public const string Server = "edge";

    internal MovableClock Clock { get; } = new(standsStill: true);

    internal AccessApp App { get; private set; } = null!;

    internal FakeProvider Provider { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Provider = await FakeProvider.StartAsync(Clock);
        App = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync(), Configure, AccessFixture.MapProbes);
    }

    internal void Configure(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TimeProvider>(Clock);
        Set("SingleSignOn:Authority", Provider.Address);
        Set("SingleSignOn:ClientId", FakeProvider.ClientId);
        Set("SingleSignOn:ClientSecret", FakeProvider.ClientSecret);
        Set("SingleSignOn:DisplayName", "Example ID");
        Set("Grants:0:Group", "vpn-admins");
        Set("Grants:0:Role", "Admin");
        Set("Grants:1:Group", "staff");
        Set("Grants:1:Role", "Viewer");
        Set("Grants:2:Group", "edge-helpdesk");
        Set("Grants:2:Role", "Operator");
        Set("Grants:2:Servers:0", Server);

        void Set(string key, string value) => builder.Configuration[$"Dashboard:Access:{key}"] = value;
    }

    /// <summary>An honest provider, nobody here but the administrator, nothing known of the provider, and no limit that an earlier test has reached.</summary>
    internal Task ResetAsync()
    {
        Provider.Reset();
        Clock.Advance(TimeSpan.FromHours(2));
        App.Log.Clear();
        return App.QueryAsync(static database => database.Users.Where(static user => user.UserName != AccessApp.AdminName).ExecuteDeleteAsync());
    }

    /// <summary>Goes the whole way that a browser goes, to the end of the redirections.</summary>
    internal static async Task<HttpResponseMessage> SignInAsync(Browser browser, string begin = "/account/single-sign-on/begin?returnUrl=%2Fapi%2Fprobe%2Fwhoami")
    {
        HttpResponseMessage response = await browser.GetAsync(await GoToProviderAsync(browser, begin));
        while (response.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.Found)
        {
            string next = response.Headers.Location!.OriginalString;
            response.Dispose();
            response = await browser.GetAsync(next);
        }
        return response;
    }

    /// <summary>As far as the provider's answer: the address that it sends the browser to.</summary>
    internal static async Task<string> GoToProviderAsync(Browser browser, string begin = "/account/single-sign-on/begin")
    {
        using HttpResponseMessage begun = await browser.GetAsync(begin);
        Assert.Equal(HttpStatusCode.Redirect, begun.StatusCode);
        using HttpResponseMessage answered = await browser.GetAsync(begun.Headers.Location!.OriginalString);
        return answered.Headers.Location!.OriginalString;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
