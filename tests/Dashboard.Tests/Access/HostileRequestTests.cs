using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Dashboard.Access;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access;

/// <summary>Requests that no browser and no program of ours sends: too large, too slow, too many, and for files that are not the web's.</summary>
public sealed class HostileRequestTests(AccessFixture fixture) : IClassFixture<AccessFixture>
{
    private readonly AccessApp _app = fixture.App;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/account/sign-in", "application/x-www-form-urlencoded", "400")]
    [InlineData("/api/v1/servers/paris/signal", "application/json", "413")]
    public async Task A_body_that_is_too_large_is_not_read(string path, string type, string status)
    {
        string answer = await TalkAsync($"POST {path} HTTP/1.1\r\nHost: {_app.Address.Authority}\r\nAuthorization: Bearer {AccessApp.AdminToken}\r\nContent-Type: {type}\r\nContent-Length: {RequestLimits.MaxBody + 1}\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_request_with_two_lengths_nothing_can_be_left_over_for_the_next()
    {
        string answer = await TalkAsync($"GET / HTTP/1.1\r\nHost: {_app.Address.Authority}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /{0} HTTP/1.1\r\nHost: x\r\n\r\n", 10_000, "414")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {0}\r\n\r\n", 40_000, "431")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nCookie: dashboard-session={0}\r\n\r\n", 40_000, "431")]
    [InlineData("GET / HTTP/1.1\r\nHost: a b{0}\r\n\r\n", 1, "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nHost: y{0}\r\n\r\n", 1, "400")]
    [InlineData("G\0T /{0} HTTP/1.1\r\nHost: x\r\n\r\n", 1, "400")]
    public async Task A_request_beyond_the_limits_or_the_grammar_is_refused_before_anything_looks_at_it(string request, int length, string status) =>
        Assert.StartsWith($"HTTP/1.1 {status} ", await TalkAsync(request.Replace("{0}", new string('a', length), StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public async Task Whoever_never_finishes_a_request_is_hung_up_on()
    {
        using var client = new TcpClient(_app.Address.Host, _app.Address.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {_app.Address.Authority}\r\nX-Slow: "), Cancel);
        using var reader = new StreamReader(stream);

        string answer = await reader.ReadToEndAsync(Cancel).WaitAsync(TestWait.Limit, Cancel);

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_sends_a_body_drop_by_drop_is_hung_up_on()
    {
        using var client = new TcpClient(_app.Address.Host, _app.Address.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /account/sign-in HTTP/1.1\r\nHost: {_app.Address.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\na"), Cancel);
        using var reader = new StreamReader(stream);

        string answer = await reader.ReadToEndAsync(Cancel).WaitAsync(TestWait.Limit, Cancel); // that it ends is the point

        Assert.DoesNotContain(" 200 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/../appsettings.json")]
    [InlineData("/..%2fappsettings.json")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/css/..%5c..%5cappsettings.json")]
    [InlineData("/_framework/../../dashboard.dll")]
    [InlineData("/js/....//....//etc/passwd")]
    [InlineData("/data/keys/")]
    [InlineData("//etc/passwd")]
    [InlineData("/servers/..%2f..%2fetc%2fpasswd")]
    [InlineData("/api/v1/servers/..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/api/v1/servers/%00")]
    [InlineData("/appsettings.json%00.css")]
    public async Task No_path_leads_out_of_the_web(string path)
    {
        string answer = await TalkAsync($"GET {path} HTTP/1.1\r\nHost: {_app.Address.Authority}\r\nAuthorization: Bearer {AccessApp.AdminToken}\r\nConnection: close\r\n\r\n");

        Assert.DoesNotContain("root:x:0:0", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("ConnectionString", answer, StringComparison.Ordinal);
        Assert.Matches("^HTTP/1.1 (30[12]|400|404|200) ", answer);
        Assert.DoesNotContain("application/octet-stream", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TRACE")]
    [InlineData("CONNECT")]
    [InlineData("PROPFIND")]
    public async Task A_method_that_nothing_here_knows_is_not_answered_with_the_request(string method)
    {
        string answer = await TalkAsync($"{method} / HTTP/1.1\r\nHost: {_app.Address.Authority}\r\nX-Secret: echo-me\r\nConnection: close\r\n\r\n");

        Assert.DoesNotContain("echo-me", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(" 200 ", answer.Split('\r')[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_calls_the_API_too_often_is_told_to_wait_whatever_its_token()
    {
        await using AccessApp app = await AccessApp.StartAsync(
            "Host=127.0.0.1;Port=1",
            static builder => builder.Services.Configure<ApiRateOptions>(static rate => (rate.AtOnce, rate.PerSecond) = (3, 1)),
            AccessFixture.MapProbes,
            whenReady: false);
        using var program = new HttpClient { BaseAddress = app.Address };
        List<HttpStatusCode> answers = [];
        for (int i = 0; i < 10 && answers is not [.., HttpStatusCode.TooManyRequests]; i++)
        {
            program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", i % 2 == 0 ? AccessApp.AdminToken : $"guess-{i}");
            using HttpResponseMessage response = await program.GetAsync("/api/probe/whoami", Cancel);
            answers.Add(response.StatusCode);
            if (response.StatusCode is HttpStatusCode.TooManyRequests)
                Assert.Equal(("1", "application/problem+json"), (response.Headers.RetryAfter?.ToString(), response.Content.Headers.ContentType?.MediaType));
        }
        using HttpResponseMessage health = await program.GetAsync("/healthz", Cancel);

        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task Nothing_says_which_server_software_answers()
    {
        using var browser = new Browser(_app.Address);

        using HttpResponseMessage response = await browser.GetAsync("/account/sign-in");

        Assert.Empty(response.Headers.Server);
        Assert.False(response.Headers.Contains("X-Powered-By"));
    }

    // Sends bytes as they are, and reads until the other side has nothing more to say.
    private async Task<string> TalkAsync(string request)
    {
        using var client = new TcpClient(_app.Address.Host, _app.Address.Port);
        await using NetworkStream stream = client.GetStream();
        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
            byte[] buffer = new byte[8192];
            do
            {
                int read = await stream.ReadAsync(buffer, Cancel).AsTask().WaitAsync(TestWait.Limit, Cancel);
                if (read == 0)
                    break;
                answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }
            while (request.Contains("Connection: close", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            // hung up on
        }
        return answer.ToString();
    }
}
