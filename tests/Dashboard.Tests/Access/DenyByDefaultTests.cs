using System.Net;
using System.Net.WebSockets;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Dashboard.Tests.Access;

public sealed class DenyByDefaultTests(AccessFixture fixture) : IClassFixture<AccessFixture>
{
    /// <summary>All that answers to nobody in particular, besides the static files below. An endpoint that is to join them is added here on purpose.</summary>
    private static readonly string[] s_anonymous = ["/account/choose-password", "/account/code", "/account/first-admin", "/account/passkey", "/account/sign-in", "/account/signed-out", "/account/single-sign-on", "/error", "/healthz"];

    private readonly AccessApp _app = fixture.App;

    [Fact]
    public void Only_the_listed_endpoints_are_marked_as_anonymous()
    {
        string[] anonymous = [.. _app.Endpoints
            .Where(static endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(static endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
            .Where(static route => !IsAnonymousFile(route))
            .Distinct().Order()];

        Assert.Subset(s_anonymous.ToHashSet(), anonymous.ToHashSet());
        Assert.Contains("/account/sign-in", anonymous);
    }

    [Fact]
    public async Task Every_other_endpoint_refuses_a_request_without_credentials()
    {
        using var browser = new Browser(_app.Address);
        var open = new List<string>();
        int refused = 0;

        foreach (RouteEndpoint endpoint in _app.Endpoints)
        {
            string path = PathOf(endpoint.RoutePattern);
            if (s_anonymous.Contains(path) || IsAnonymousFile(path))
                continue;
            foreach (string method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods.Count: > 0 } known ? known.HttpMethods : ["GET", "POST"])
            {
                using HttpResponseMessage response = await browser.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
                if (IsRefusal(response))
                    refused++;
                else
                    open.Add($"{method} {path}: {(int)response.StatusCode}");
            }
        }

        Assert.Empty(open);
        Assert.True(refused > 10, $"Only {refused} requests were made.");
    }

    [Theory]
    [InlineData("/_blazor/negotiate?negotiateVersion=1")]
    [InlineData("/_blazor/disconnect")]
    [InlineData("/_blazor")]
    public async Task The_circuit_endpoint_refuses_whoever_has_not_signed_in(string path)
    {
        using var browser = new Browser(_app.Address);

        using HttpResponseMessage response = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, path));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task The_circuit_endpoint_opens_no_WebSocket_for_whoever_has_not_signed_in()
    {
        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };

        await Assert.ThrowsAsync<WebSocketException>(() =>
            socket.ConnectAsync(new Uri($"ws://{_app.Address.Authority}/_blazor"), TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.Unauthorized, socket.HttpStatusCode);
    }

    [Theory]
    [InlineData("/account/sign-in")]
    [InlineData("/account/first-admin")]
    public async Task An_account_page_has_no_script_and_finds_all_it_refers_to_before_the_sign_in(string page)
    {
        using var browser = new Browser(_app.Address);

        using HttpResponseMessage response = await browser.GetAsync(page);
        IHtmlDocument document = await Browser.ReadAsync(response);

        Assert.NotNull(document.QuerySelector("main"));
        Assert.DoesNotContain("<!--Blazor:{\"type\":\"server\"", document.DocumentElement.OuterHtml);
        Assert.Empty(document.QuerySelectorAll("script"));
        foreach (string reference in document.QuerySelectorAll("link[href], img[src]").Select(static element => element.GetAttribute("href") ?? element.GetAttribute("src")!))
        {
            using HttpResponseMessage file = await browser.GetAsync(reference.StartsWith('/') ? reference : "/" + reference);
            Assert.True(file.IsSuccessStatusCode, $"{reference}: {file.StatusCode}");
        }
    }

    [Fact]
    public async Task A_page_leads_to_the_sign_in_page_and_back()
    {
        using var browser = new Browser(_app.Address);

        using HttpResponseMessage response = await browser.GetAsync("/?sort=name");

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/account/sign-in?returnUrl=%2F%3Fsort%3Dname", response.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task An_address_that_leads_nowhere_tells_nothing_either()
    {
        using var browser = new Browser(_app.Address);

        using HttpResponseMessage page = await browser.GetAsync("/no/such/page");
        using HttpResponseMessage api = await browser.GetAsync("/api/no/such/resource");

        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, api.StatusCode);
    }

    [Fact]
    public async Task A_user_without_a_role_sees_nothing()
    {
        await _app.AddUserAsync("nobody", AccessApp.AdminPassword, role: null);
        using var browser = new Browser(_app.Address);
        using HttpResponseMessage signedIn = await browser.SignInAsync("nobody", AccessApp.AdminPassword);

        using HttpResponseMessage page = await browser.GetAsync("/");
        using HttpResponseMessage unmarked = await browser.GetAsync("/api/probe/unmarked");

        Assert.Equal("/account/access-denied", page.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.Forbidden, unmarked.StatusCode);
    }

    private static bool IsRefusal(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.Unauthorized
        || (response.StatusCode is HttpStatusCode.Redirect && response.Headers.Location!.OriginalString.StartsWith("/account/sign-in", StringComparison.Ordinal));

    // What a page needs to be drawn before the sign-in, and the script that asks a device for a passkey.
    private static bool IsAnonymousFile(string path) =>
        path.StartsWith("/js/passkey.", StringComparison.Ordinal) || Path.GetExtension(path) is ".css" or ".woff2" or ".woff" or ".svg" or ".png" or ".ico";

    private static string PathOf(RoutePattern pattern) =>
        "/" + string.Join('/', pattern.PathSegments.Select(static segment =>
            string.Concat(segment.Parts.Select(static part => part switch
            {
                RoutePatternLiteralPart literal => literal.Content,
                RoutePatternSeparatorPart separator => separator.Content,
                _ => "1",
            }))));
}
