using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dashboard.Access.Audit;
using Dashboard.Components.Reports;
using Dashboard.Tests.Approvals;
using Dashboard.Tests.Storage;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Tests.Shared;

namespace Dashboard.Tests.Access;

/// <summary>A run in which every kind of secret goes through the dashboard, and then a search for them in all that it keeps, writes and answers.</summary>
public sealed class PlantedSecretsTests
{
    private const string ManagementPassword = "management-secret-1";

    // Each as it comes over the wire, or as it is decoded.
    private static readonly string[] s_secrets =
    [
        ManagementPassword, "client-secret-2", Base64("static-secret-3"), Base64("static-answer-4"), "static-secret-3", "static-answer-4", "challenge-answer-5", "challenge-state-6", Base64("crtext-secret-7"), "crtext-secret-7",
        "token-secret-8", "SESS_ID_secret-9", "logged-secret-10", "echoed-secret-11", "malformed-secret-12", "reason-secret-13", "renewed-secret-14", "state-secret-15", "fatal-secret-16",
        "comma-secret-17", "flagged-state-18",
        AccessApp.AdminToken, AccessApp.ViewerToken, AccessApp.AdminPassword, "a mistyped password",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_run_with_client_auth_no_secret_is_in_a_log_a_table_or_an_answer()
    {
        using var folder = new TemporaryFolder(); // removed last
        await using var daemon = new FakeOpenVpnServer { Password = ManagementPassword };
        string passwordFile = Path.Combine(folder.Path, "management.password");
        await File.WriteAllTextAsync(passwordFile, ManagementPassword + "\n", Cancel);
        daemon.On("status 3", daemon.Status(FakeOpenVpnServer.ClientRow(7, "alice")));
        foreach (string command in (string[])["client-auth-nt", "client-deny", "client-pending-auth", "client-kill"])
            daemon.On(command, $"SUCCESS: {command} command succeeded\r\n");
        string socket = Path.Combine(folder.Path, "m.sock");
        daemon.ListenUnix(socket);
        string database = await TestDatabase.NewAsync();
        await using AccessApp app = await AccessApp.StartWithAdminAsync(database, builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Dashboard:Servers:0:Name"] = "paris",
            ["Dashboard:Servers:0:Endpoint"] = $"unix:{socket}",
            ["Dashboard:Servers:0:PasswordFile"] = passwordFile,
            ["Dashboard:Servers:0:Approval"] = "Ask",
            ["Dashboard:History:FlushInterval"] = "00:00:01",
        }));
        using var api = new HttpClient { BaseAddress = app.Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", AccessApp.AdminToken) } };
        using var wrong = new Browser(app.Address);
        using HttpResponseMessage mistyped = await wrong.SignInAsync(AccessApp.AdminName, "a mistyped password");
        using Browser browser = await app.SignInAsync();
        await TestWait.ReadAsync(() => ReadAsync(api, "/api/v1/servers/paris/clients"), static clients => clients.Length == 1);

        await daemon.SayAsync(
            Connect(1, "bob", "client-secret-2") + Connect(2, "carol", $"SCRV1:{Base64("static-secret-3")}:{Base64("static-answer-4")}") + Connect(3, "dave", "CRV1::challenge-state-6::challenge-answer-5")
            + $">CLIENT:CR_RESPONSE,3,1,{Base64("crtext-secret-7")}\r\n>CLIENT:ENV,common_name=dave\r\n>CLIENT:ENV,END\r\n"
            + ">PASSWORD:Auth-Token:token-secret-8\r\n"
            + ">LOG:1795214517,I,PUSH: Received control message: 'PUSH_REPLY,route 10.0.0.0,auth-token SESS_ID_secret-9,ping 10'\r\n"
            + ">LOG:1795214517,D,alice/198.51.100.11:51728 env: password=logged-secret-10\r\n"
            + ">LOG:1795214517,D,alice/198.51.100.11:51728 env: password=\"first,comma-secret-17\"\r\n"
            + ">LOG:1795214517,I,AUTH: Received control message: AUTH_FAILED,CRV1:R,E:flagged-state-18:Ym9i:Enter your code\r\n"
            + ">ECHO:1795214517,setenv password=echoed-secret-11\r\n"
            + ">STATE:1795214517,CONNECTED,password=state-secret-15,10.80.0.1,,,,\r\n"
            + ">BYTECOUNT_CLI:password=malformed-secret-12\r\n",
            Cancel);
        JsonElement[] waiting = await TestWait.ReadAsync(() => ReadAsync(api, "/api/v1/approvals"), static waiting => waiting.Length == 3);
        (await api.PostAsJsonAsync($"/api/v1/approvals/{waiting[0].GetProperty("id").GetString()}", new { decision = "approve" }, Cancel)).Dispose();
        (await api.PostAsJsonAsync($"/api/v1/approvals/{waiting[1].GetProperty("id").GetString()}", new { decision = "deny", reason = "password=reason-secret-13" }, Cancel)).Dispose();
        await daemon.SayAsync(GateLab.Connect(cid: 7, kid: 2, name: "alice", kind: "REAUTH").Replace("hunter2", "renewed-secret-14", StringComparison.Ordinal) + ">FATAL:password=fatal-secret-16\r\n", Cancel);
        await daemon.HangUpAsync(Cancel);
        await TestWait.ReadAsync(() => app.QueryAsync(static context => context.Set<AuditRecord>().CountAsync(Cancel)), static count => count >= 2);
        await TestWait.ReadAsync(() => app.QueryAsync(static context => context.Database.SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM event").SingleAsync(Cancel)), static count => count >= 2);

        Dictionary<string, string> places = new(StringComparer.Ordinal) { ["the log"] = app.Log.Text, ["standard output"] = app.Output.ToString() };
        await CollectAnswersAsync(app, api, browser, places);
        await CollectTablesAsync(database, places);

        Assert.Contains("paris", places["GET /servers/paris"], StringComparison.Ordinal);
        Assert.Contains("carol", places["table audit"] + places["table event"], StringComparison.Ordinal); // the run is really in there
        Assert.Empty(from place in places from secret in s_secrets where place.Value.Contains(secret, StringComparison.Ordinal) select $"{secret} is in {place.Key}");
    }

    private static async Task CollectAnswersAsync(AccessApp app, HttpClient api, Browser browser, Dictionary<string, string> places)
    {
        Dictionary<string, string[]> values = new(StringComparer.Ordinal)
        {
            ["{server}"] = ["paris"],
            ["{*Name}"] = ["paris", "bob", "carol", "dave"], // a server's page, and a client's
            ["{**name}"] = ["bob", "carol", "dave"],
            ["{session}"] = [$"{Guid.Empty}"],
            ["{Kind}"] = [.. ReportKind.All.Select(static kind => kind.Key)],
            ["{Id:guid}"] = [$"{await app.IdOfAsync(AccessApp.AdminName)}"],
            ["{*path:nonfile}"] = ["nothing"],
        };
        foreach (RouteEndpoint endpoint in app.Endpoints)
        {
            string route = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            bool isPage = endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;
            bool isRead = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET", StringComparer.Ordinal) is true;
            if (!isPage && !(isRead && route.StartsWith("/api/", StringComparison.Ordinal)))
                continue;
            foreach (string path in PathsOf(route, values))
            {
                using HttpResponseMessage response = isPage ? await browser.GetAsync(path) : await api.GetAsync(path, Cancel);
                places[$"GET {path}"] = await response.Content.ReadAsStringAsync(Cancel);
            }
        }
    }

    // A parameter that nobody has given values for is a mistake of this test: its route would go unread.
    private static string[] PathsOf(string route, Dictionary<string, string[]> values)
    {
        string? parameter = values.Keys.FirstOrDefault(key => route.Contains(key, StringComparison.Ordinal));
        if (parameter is not null)
            return [.. values[parameter].SelectMany(value => PathsOf(route.Replace(parameter, value, StringComparison.Ordinal), values))];
        Assert.DoesNotContain("{", route, StringComparison.Ordinal);
        return [route];
    }

    private static async Task CollectTablesAsync(string database, Dictionary<string, string> places)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(database);
        List<string> tables = [];
        await using (NpgsqlCommand list = source.CreateCommand("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"))
        await using (NpgsqlDataReader reader = await list.ExecuteReaderAsync(Cancel))
        {
            while (await reader.ReadAsync(Cancel))
                tables.Add(reader.GetString(0));
        }
        foreach (string table in tables)
        {
            await using NpgsqlCommand dump = source.CreateCommand($"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM \"{table}\" t");
            places[$"table {table}"] = (string)(await dump.ExecuteScalarAsync(Cancel))!;
        }
    }

    private static string Connect(uint cid, string name, string password) =>
        GateLab.Connect(cid: cid, name: name).Replace("hunter2", password, StringComparison.Ordinal);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static async Task<JsonElement[]> ReadAsync(HttpClient api, string path)
    {
        using HttpResponseMessage response = await api.GetAsync(path, Cancel);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonElement[]>(Cancel) ?? [] : [];
    }
}
