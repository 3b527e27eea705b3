using System.Net;
using System.Net.WebSockets;
using Dashboard.Access;
using Dashboard.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access;

/// <summary>How many pages can be open, and by which way they speak.</summary>
public sealed class OpenPagesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_person_takes_no_more_than_their_share_of_the_open_pages_and_gets_it_back_by_closing_one()
    {
        await using AccessApp app = await StartAsync(inAll: 10, perUser: 2);
        using Browser grace = await app.SignInAsync(), ada = await app.SignInAsync("ada");
        using ClientWebSocket first = Socket(app, grace), second = Socket(app, grace), third = Socket(app, grace), theirs = Socket(app, ada);

        Assert.Equal([null, null, HttpStatusCode.TooManyRequests, null], [await OpenAsync(app, first), await OpenAsync(app, second), await OpenAsync(app, third), await OpenAsync(app, theirs)]);
        first.Abort();

        await TestWait.ReadAsync(
            async () =>
            {
                using ClientWebSocket again = Socket(app, grace);
                return await OpenAsync(app, again);
            },
            static refusal => refusal is null);
    }

    [Fact]
    public async Task All_together_take_no_more_than_there_is_room_for()
    {
        await using AccessApp app = await StartAsync(inAll: 2, perUser: 2);
        using Browser grace = await app.SignInAsync(), ada = await app.SignInAsync("ada");
        using ClientWebSocket first = Socket(app, grace), second = Socket(app, ada), third = Socket(app, ada);

        Assert.Equal([null, null, HttpStatusCode.TooManyRequests], [await OpenAsync(app, first), await OpenAsync(app, second), await OpenAsync(app, third)]);
    }

    [Theory]
    [InlineData("GET", "text/event-stream")]
    [InlineData("GET", "*/*")]
    [InlineData("POST", "*/*")]
    public async Task Only_a_WebSocket_opens_a_page(string method, string accept)
    {
        await using AccessApp app = await StartAsync(inAll: 2, perUser: 2);
        using Browser grace = await app.SignInAsync();
        grace.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var negotiation = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        using HttpResponseMessage negotiated = await grace.SendAsync(negotiation);
        string id = System.Text.Json.JsonDocument.Parse(await negotiated.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("connectionToken").GetString()!;
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/_blazor?id={id}") { Headers = { Accept = { new(accept) } } };

        using HttpResponseMessage response = await grace.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("WebSocket", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static async Task<AccessApp> StartAsync(int inAll, int perUser)
    {
        AccessApp app = await AccessApp.StartWithAdminAsync(
            await TestDatabase.NewAsync(), builder => builder.Services.Configure<OpenPagesOptions>(limits => (limits.InAll, limits.PerUser) = (inAll, perUser)));
        await app.AddUserAsync("ada", AccessApp.AdminPassword, Roles.Viewer);
        return app;
    }

    private static ClientWebSocket Socket(AccessApp app, Browser browser)
    {
        ClientWebSocket socket = new() { Options = { Cookies = browser.Cookies, CollectHttpResponseDetails = true } };
        socket.Options.SetRequestHeader("Origin", app.Address.GetLeftPart(UriPartial.Authority));
        return socket;
    }

    /// <returns>Null when it is open, else the status of the refusal.</returns>
    private static async Task<HttpStatusCode?> OpenAsync(AccessApp app, ClientWebSocket socket)
    {
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{app.Address.Authority}/_blazor"), Cancel);
            return null;
        }
        catch (WebSocketException)
        {
            return socket.HttpStatusCode;
        }
    }
}
