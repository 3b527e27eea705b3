using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access.Audit;

public sealed class AuditEndpointTests
{
    private const string ParisToken = "paris-0123456789abcdef0123456789abcdef";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_trail_is_read_page_by_page_by_administrators_within_their_servers()
    {
        await using AccessApp app = await AccessApp.StartAsync(await TestDatabase.NewAsync(), static builder =>
        {
            builder.Configuration["Dashboard:Access:ApiTokens:2:Name"] = "paris";
            builder.Configuration["Dashboard:Access:ApiTokens:2:Role"] = Roles.Admin;
            builder.Configuration["Dashboard:Access:ApiTokens:2:Token"] = ParisToken;
            builder.Configuration["Dashboard:Access:ApiTokens:2:Servers:0"] = "paris";
        });
        var trail = app.Services.GetRequiredService<AuditTrail>();
        for (int i = 0; i < AuditQuery.PageSize + 1; i++)
            trail.Write(new AuditEntry(DateTimeOffset.UtcNow, new Caller("ada", CallerKind.User, "203.0.113.9"), "signal", "Done") { Server = i == 7 ? "paris" : "lyon", Details = $"SIGUSR{i}", Reason = "=1+1" });
        await TestWait.ReadAsync(() => Task.FromResult(trail.Waiting), static waiting => waiting == 0);

        JsonElement first = await ReadAsync(app, AccessApp.AdminToken, "");
        JsonElement second = await ReadAsync(app, AccessApp.AdminToken, $"?before={first.GetProperty("next").GetInt64()}");
        JsonElement found = await ReadAsync(app, AccessApp.AdminToken, "?q=SIGUSR12&by=ada&server=lyon");
        JsonElement limited = await ReadAsync(app, ParisToken, "");
        using HttpClient paris = Client(app, ParisToken);
        string table = await paris.GetStringAsync("/api/v1/audit.csv", Cancel);
        using HttpClient everything = Client(app, AccessApp.AdminToken);
        string all = await everything.GetStringAsync("/api/v1/audit.csv", Cancel);
        using HttpClient viewer = Client(app, AccessApp.ViewerToken);
        using HttpResponseMessage refused = await viewer.GetAsync("/api/v1/audit", Cancel);

        Assert.Equal((AuditQuery.PageSize, "SIGUSR50"), (first.GetProperty("entries").GetArrayLength(), Details(first, 0)));
        Assert.Equal((1, "SIGUSR0"), (second.GetProperty("entries").GetArrayLength(), Details(second, 0)));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
        Assert.Equal((1, "SIGUSR12"), (found.GetProperty("entries").GetArrayLength(), Details(found, 0)));
        Assert.Equal((1, "SIGUSR7"), (limited.GetProperty("entries").GetArrayLength(), Details(limited, 0)));
        Assert.Contains(",\"SIGUSR7\",\"'=1+1\",", Assert.Single(table.Trim().Split("\r\n").Skip(1)), StringComparison.Ordinal);
        Assert.Equal(AuditQuery.PageSize + 1, all.Trim().Split("\r\n").Skip(1).Count());
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private static string? Details(JsonElement page, int entry) => page.GetProperty("entries")[entry].GetProperty("details").GetString();

    private static async Task<JsonElement> ReadAsync(AccessApp app, string token, string query)
    {
        using HttpClient client = Client(app, token);
        return await client.GetFromJsonAsync<JsonElement>("/api/v1/audit" + query, Cancel);
    }

    private static HttpClient Client(AccessApp app, string token) => new() { BaseAddress = app.Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
}
