using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using Dashboard.Tests.Access;

using Microsoft.EntityFrameworkCore;

namespace Dashboard.Tests.Fleet.Operations;

/// <summary>What is not done: nothing of it arrives at the daemon. They share one application, because none of them leaves anything behind.</summary>
public sealed class RefusedOperationsTests(OperationsApp lab) : IClassFixture<OperationsApp>
{
    private readonly OperationsApp _lab = lab;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("verb", "{\"level\":16}")]
    [InlineData("verb", "{\"level\":-1}")]
    [InlineData("mute", "{\"lines\":-1}")]
    [InlineData("push-update", "{\"options\":\"\",\"session\":null}")]
    public async Task What_cannot_be_sent_as_one_command_is_refused_and_nothing_arrives(string operation, string request)
    {
        await _lab.HeardUpToNowAsync();

        using HttpResponseMessage response = await _lab.Api.PostAsJsonAsync($"/api/v1/servers/paris/{operation}", JsonSerializer.Deserialize<JsonElement>(request), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain(await _lab.HeardUpToNowAsync(), line => line.StartsWith(operation, StringComparison.Ordinal) && line.Contains(' ') || line.StartsWith("signal", StringComparison.Ordinal));
        Assert.Equal("Refused", (await _lab.RecordAsync(operation.Replace('-', ' '))).Outcome);
    }

    [Theory]
    [InlineData("x\nsignal SIGTERM", null)]
    [InlineData("x\r\nexit", null)]
    [InlineData("x\0", null)]
    [InlineData("\" signal SIGTERM \\", "client-deny 9 1 \"\\\" signal SIGTERM \\\\\" \"\\\" signal SIGTERM \\\\\"")]
    public async Task A_hostile_reason_reaches_no_daemon_as_a_command(string reason, string? command)
    {
        string id = await _lab.WaitingAsync(9, "bob");
        await _lab.HeardUpToNowAsync();

        using HttpResponseMessage denied = await _lab.Api.PostAsJsonAsync($"/api/v1/approvals/{id}", new { decision = "deny", reason }, Cancel);

        Assert.Equal(command is null ? HttpStatusCode.BadRequest : HttpStatusCode.OK, denied.StatusCode);
        Assert.Equal(command is null ? [] : [command], (await _lab.HeardUpToNowAsync()).Where(line => !OperationsApp.IsWatching(line)));
        await _lab.Daemon.SayAsync(">CLIENT:DISCONNECT,9\r\n>CLIENT:ENV,END\r\n", Cancel);
        await TestWait.ReadAsync(() => _lab.ReadAsync("/api/v1/approvals"), waiting => waiting.Length == 0);
    }

    [Fact]
    public async Task A_reason_of_ten_kilobytes_is_no_command_either()
    {
        string session = OperationsApp.Text((await _lab.ClientsAsync())[0], "session")!;
        string reason = "x\nsignal SIGTERM\n" + new string('x', 10_000);

        using HttpResponseMessage response = await _lab.Api.PostAsJsonAsync($"/api/v1/servers/paris/clients/{session}/disconnect", new { mode = "restart", reason, blockFor = "-1" }, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain(await _lab.HeardUpToNowAsync(), line => !OperationsApp.IsWatching(line));
    }

    [Theory]
    [InlineData("", null, "untilLifted")]
    [InlineData("UNDEF", null, "untilLifted")]
    [InlineData("a\nb", null, "untilLifted")]
    [InlineData("x", null, "soon")]
    [InlineData("x", null, "UntilLifted")]
    [InlineData("x", null, "-00:01:00")]
    [InlineData("x", null, "10675199.02:48:05")]
    [InlineData("x", "nowhere", "untilLifted")]
    public async Task A_block_that_makes_no_sense_is_refused(string commonName, string? server, string term)
    {
        using HttpResponseMessage response = await _lab.Api.PostAsJsonAsync("/api/v1/blocks", new { commonName, server, @for = term }, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(await _lab.ReadAsync("/api/v1/blocks"));
    }

    [Theory]
    [InlineData("POST", "/api/v1/servers/paris/verb", "{\"level\":4}")]
    [InlineData("POST", "/api/v1/servers/paris/mute", "{\"lines\":4}")]
    [InlineData("POST", "/api/v1/servers/paris/forget-passwords", "{}")]
    [InlineData("POST", "/api/v1/servers/paris/push-update", "{\"options\":\"x\",\"session\":null}")]
    [InlineData("POST", "/api/v1/approvals/11111111-1111-1111-1111-111111111111", "{\"decision\":\"approve\"}")]
    [InlineData("POST", "/api/v1/blocks", "{\"commonName\":\"x\",\"server\":null,\"for\":\"untilLifted\"}")]
    [InlineData("DELETE", "/api/v1/blocks/11111111-1111-1111-1111-111111111111", null)]
    public async Task A_viewer_may_not(string method, string path, string? request)
    {
        using HttpClient viewer = _lab.Client(AccessApp.ViewerToken);
        using HttpRequestMessage message = new(new HttpMethod(method), path) { Content = request is null ? null : new StringContent(request, MediaTypeHeaderValue.Parse("application/json")) };

        using HttpResponseMessage response = await viewer.SendAsync(message, Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }
}
