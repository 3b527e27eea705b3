using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using Dashboard.Access.Audit;
using Dashboard.Tests.Access;
using Dashboard.Tests.Approvals;
using Dashboard.Tests.Storage;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

using Tests.Shared;

namespace Dashboard.Tests.Fleet.Operations;

/// <summary>The whole application between a program at its API and a scripted daemon with one client, alice with CID 7. The dashboard is its gatekeeper.</summary>
public sealed class OperationsApp : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("operations-").FullName;

    public FakeOpenVpnServer Daemon { get; } = new();

    /// <summary>As an administrator's program.</summary>
    public HttpClient Api { get; private set; } = null!;

    internal AccessApp App { get; private set; } = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        string socket = Path.Combine(_folder, "m.sock");
        Daemon.On("status 3", Daemon.Status(FakeOpenVpnServer.ClientRow(7, "alice")));
        Daemon.On("client-kill", _ =>
        {
            Daemon.On("status 3", Daemon.Status());
            return "SUCCESS: client-kill command succeeded\r\n";
        });
        Daemon.On("client-deny", "SUCCESS: client-deny command succeeded\r\n");
        Daemon.On("client-auth-nt", "SUCCESS: client-auth command succeeded\r\n");
        Daemon.On("forget-passwords", "SUCCESS: Passwords were forgotten\r\n");
        Daemon.On("push-update-broad", "SUCCESS: 1 client(s) updated\r\nSUCCESS: push-update command succeeded\r\n");
        Daemon.On("push-update-cid", "SUCCESS: 1 client(s) updated\r\nSUCCESS: push-update command succeeded\r\n");
        Daemon.On("mute", line => line == "mute" ? "SUCCESS: mute=0\r\n" : "SUCCESS: mute level changed\r\n");
        Daemon.ListenUnix(socket);
        App = await AccessApp.StartAsync(await TestDatabase.NewAsync(), builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Dashboard:Servers:0:Name"] = "paris",
            ["Dashboard:Servers:0:Endpoint"] = $"unix:{socket}",
            ["Dashboard:Servers:0:Approval"] = "Ask",
        }));
        Api = Client(AccessApp.AdminToken);
        await TestWait.ReadAsync(ClientsAsync, clients => clients.Length == 1);
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await App.DisposeAsync();
        await Daemon.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public static bool IsWatching(string line) =>
        line is "state on" or "version" or "pid" or "hold" or "verb" or "log on all" or "echo on all" or "env-filter 0" or "state" or "status 3" or "load-stats" || line.StartsWith("bytecount", StringComparison.Ordinal);

    public HttpClient Client(string token) => new() { BaseAddress = App.Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

    public async Task<JsonElement[]> ClientsAsync()
    {
        using HttpResponseMessage response = await Api.GetAsync("/api/v1/servers/paris/clients", Cancel);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonElement[]>(Cancel) ?? [] : [];
    }

    public async Task<JsonElement[]> ReadAsync(string path) => await Api.GetFromJsonAsync<JsonElement[]>(path, Cancel) ?? [];

    public async Task<JsonElement> PostAsync<T>(string operation, T request)
    {
        using HttpResponseMessage response = await Api.PostAsJsonAsync($"/api/v1/servers/paris/{operation}", request, Cancel);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancel));
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    public async Task HeardAsync(string command) => await Daemon.HeardAsync(command, Cancel).WaitAsync(TestWait.Limit, Cancel);

    /// <summary>Every command up to a <c>hold off</c> that this sends, so that nothing is still on its way.</summary>
    public async Task<List<string>> HeardUpToNowAsync()
    {
        await PostAsync("hold", new { action = "off" });
        List<string> heard = [];
        while (heard is not [.., "hold off"])
            heard.Add(await Daemon.HeardAsync(Cancel).WaitAsync(TestWait.Limit, Cancel));
        return [.. heard.SkipLast(1)];
    }

    internal async Task<AuditRecord> RecordAsync(string action) => (await TestWait.ReadAsync(
        () => App.QueryAsync(database => database.Set<AuditRecord>().Where(record => record.Action == action).OrderByDescending(record => record.Number).FirstOrDefaultAsync(Cancel)),
        record => record is not null))!;

    public static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    /// <summary>Lets a client ask to come in, and waits until it is listed.</summary>
    public async Task<string> WaitingAsync(uint cid, string name)
    {
        await Daemon.SayAsync(GateLab.Connect(cid: cid, name: name), Cancel);
        JsonElement[] waiting = await TestWait.ReadAsync(() => ReadAsync("/api/v1/approvals"), waiting => waiting.Any(client => Text(client, "commonName") == name));
        return Text(waiting.Single(client => Text(client, "commonName") == name), "id")!;
    }
}
