using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Dashboard.Tests.Access;

public sealed class ApiTokenTests(AccessFixture fixture) : IClassFixture<AccessFixture>
{
    private readonly AccessApp _app = fixture.App;

    [Theory]
    [InlineData(AccessApp.AdminToken, "ci")]
    [InlineData(AccessApp.ViewerToken, "board")]
    public async Task A_token_from_the_configuration_or_a_file_is_known_by_its_name(string token, string name)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, "/api/probe/whoami", token);

        Assert.Equal(name, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(AccessApp.ViewerToken, "GET", "/api/probe/unmarked", HttpStatusCode.OK)]
    [InlineData(AccessApp.ViewerToken, "GET", "/api/probe/view", HttpStatusCode.OK)]
    [InlineData(AccessApp.ViewerToken, "POST", "/api/probe/operate", HttpStatusCode.Forbidden)]
    [InlineData(AccessApp.ViewerToken, "POST", "/api/probe/administer", HttpStatusCode.Forbidden)]
    [InlineData(AccessApp.AdminToken, "GET", "/api/probe/view", HttpStatusCode.OK)]
    [InlineData(AccessApp.AdminToken, "POST", "/api/probe/operate", HttpStatusCode.OK)]
    [InlineData(AccessApp.AdminToken, "POST", "/api/probe/administer", HttpStatusCode.OK)]
    public async Task A_token_may_do_what_its_role_may(string token, string method, string path, HttpStatusCode expected)
    {
        using HttpResponseMessage response = await SendAsync(new HttpMethod(method), path, token);

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("", "Bearer realm=\"OpenVPN Dashboard\"")]
    [InlineData("admin-0123456789abcdef0123456789abcdeg", "Bearer realm=\"OpenVPN Dashboard\", error=\"invalid_token\"")]
    [InlineData("admin", "Bearer realm=\"OpenVPN Dashboard\", error=\"invalid_token\"")]
    public async Task Without_a_valid_token_the_API_answers_with_problem_details_and_a_challenge(string token, string challenge)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, "/api/probe/view", token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(challenge, response.Headers.WwwAuthenticate.ToString());
        Assert.Equal(401, (await ProblemAsync(response)).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_token_whose_role_does_not_suffice_gets_problem_details()
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, "/api/probe/operate", AccessApp.ViewerToken);

        Assert.Equal(403, (await ProblemAsync(response)).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_wrong_token_is_not_made_good_by_a_session()
    {
        using var browser = new Browser(_app.Address);
        using HttpResponseMessage signedIn = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);
        browser.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");

        using HttpResponseMessage response = await browser.GetAsync("/api/probe/view");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_browser_that_asks_the_API_is_not_redirected_either()
    {
        using var browser = new Browser(_app.Address);

        using HttpResponseMessage response = await browser.GetAsync("/api/probe/view");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        await ProblemAsync(response);
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string token)
    {
        using var client = new HttpClient { BaseAddress = _app.Address };
        if (token.Length > 0)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.SendAsync(new HttpRequestMessage(method, path), TestContext.Current.CancellationToken);
    }
}
