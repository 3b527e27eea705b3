using System.Net.Http.Headers;
using System.Text.Json;

using Dashboard.Fleet;
using Dashboard.History;
using Dashboard.Live;
using Dashboard.Tests.Access;
using Dashboard.Tests.History;
using Dashboard.Tests.Storage;

using Mgmt.Core;

using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Api;

/// <summary>Names that mean something in an address, each a client of its own.</summary>
public sealed class ClientNamesTests
{
    private static readonly string[] s_inPath = ["a/b", "a%2Fb", "a?b#c", "a b&c=d", "100%", "a\\b"];
    private static readonly string[] s_asParameterOnly = ["..", "a/../b", "a//b/"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_is_found_by_any_name()
    {
        await using AccessApp app = await AccessApp.StartAsync(await TestDatabase.MigratedAsync());
        using HttpClient client = new() { BaseAddress = app.Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", AccessApp.AdminToken) } };
        string[] names = [.. s_inPath, .. s_asParameterOnly];
        await SeeAsync(app, names);

        Assert.Equal(names, await Task.WhenAll(names.Select(name => NameAsync(client, $"?name={Uri.EscapeDataString(name)}"))));
        Assert.Equal(s_inPath, await Task.WhenAll(s_inPath.Select(name => NameAsync(client, $"/{Uri.EscapeDataString(name)}"))));
    }

    private static async Task<string?> NameAsync(HttpClient client, string address)
    {
        using JsonDocument answer = JsonDocument.Parse(await client.GetStringAsync("/api/v1/history/clients" + address, Cancel));
        return answer.RootElement.GetProperty("commonName").GetString();
    }

    private static async Task SeeAsync(AccessApp app, string[] names)
    {
        HistoryWriter writer = app.Services.GetRequiredService<HistoryWriter>();
        IFleetObserver fleet = writer;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        fleet.WatchChanged("paris", watching: true, now.AddMinutes(-6));
        foreach ((int id, string name) in names.Index())
            fleet.SessionSeen(new SessionIdentity("paris", new ClientId((uint)id), now.AddMinutes(-5), name, $"192.0.2.{id}:1194"), SampleSessions.Details, now.AddMinutes(-5));
        await writer.FlushAsync(everything: true, Cancel);
    }
}
