using System.Net;
using System.Net.WebSockets;

namespace Dashboard.Tests.Access;

public sealed class SameOriginTests(AccessFixture fixture) : IClassFixture<AccessFixture>
{
    private readonly AccessApp _app = fixture.App;

    [Theory]
    [InlineData(null, null, HttpStatusCode.Forbidden)]
    [InlineData("Origin", "self", HttpStatusCode.OK)]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "http://127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "none", HttpStatusCode.Forbidden)]
    public async Task A_session_changes_something_only_from_our_own_pages(string? header, string? value, HttpStatusCode expected)
    {
        using Browser browser = await SignedInAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/probe/operate");
        if (header is not null)
            request.Headers.Add(header, value is "self" ? Self : value);

        using HttpResponseMessage response = await browser.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task What_the_browser_says_of_the_request_outweighs_its_origin()
    {
        using Browser browser = await SignedInAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/probe/operate") { Headers = { { "Origin", Self }, { "Sec-Fetch-Site", "cross-site" } } };

        using HttpResponseMessage response = await browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task A_token_needs_no_origin()
    {
        using var client = new HttpClient { BaseAddress = _app.Address, DefaultRequestHeaders = { { "Authorization", "Bearer " + AccessApp.AdminToken } } };

        using HttpResponseMessage response = await client.PostAsync("/api/probe/operate", content: null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Reading_needs_no_origin()
    {
        using Browser browser = await SignedInAsync();

        using HttpResponseMessage response = await browser.GetAsync("/api/probe/view");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("self", HttpStatusCode.SwitchingProtocols)]
    public async Task A_circuit_is_opened_only_from_our_own_pages(string origin, HttpStatusCode expected)
    {
        using Browser browser = await SignedInAsync();
        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true, Cookies = browser.Cookies } };
        socket.Options.SetRequestHeader("Origin", origin is "self" ? Self : origin);

        Exception? refusal = await Record.ExceptionAsync(() =>
            socket.ConnectAsync(new Uri($"ws://{_app.Address.Authority}/_blazor"), TestContext.Current.CancellationToken));

        Assert.Equal(expected, socket.HttpStatusCode);
        Assert.Equal(expected is HttpStatusCode.SwitchingProtocols, refusal is null);
    }

    private string Self => _app.Address.GetLeftPart(UriPartial.Authority);

    private async Task<Browser> SignedInAsync()
    {
        var browser = new Browser(_app.Address);
        using HttpResponseMessage response = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return browser;
    }
}
