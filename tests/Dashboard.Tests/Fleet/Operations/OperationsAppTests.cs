using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using Dashboard.Access;
using Dashboard.Access.Audit;

using Microsoft.EntityFrameworkCore;

using Tests.Shared;

namespace Dashboard.Tests.Fleet.Operations;

/// <summary>What arrives at the daemon when a program operates a server, and what is put on record.</summary>
public sealed class OperationsAppTests : IAsyncLifetime
{
    private readonly OperationsApp _lab = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _lab.InitializeAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task A_disconnect_that_also_keeps_the_name_out_does_both_and_tells_that_the_session_is_gone()
    {
        string session = (await _lab.ClientsAsync())[0].GetProperty("session").GetString()!;

        JsonElement result = await _lab.PostAsync($"clients/{session}/disconnect", new { mode = "halt", blockFor = "00:15:00", reason = "left" });

        Assert.Equal(("client-kill command succeeded", "The session is gone. certificate alice is kept out of paris."), (result.GetProperty("reply").GetString(), result.GetProperty("effect").GetString()));
        await _lab.HeardAsync("client-kill 7 HALT");
        JsonElement block = Assert.Single(await _lab.ReadAsync("/api/v1/blocks"));
        Assert.Equal(("alice", "paris", "left", "ci"), (OperationsApp.Text(block, "commonName"), OperationsApp.Text(block, "server"), OperationsApp.Text(block, "reason"), OperationsApp.Text(block, "createdBy")));
        AuditRecord record = await _lab.RecordAsync("disconnect");
        Assert.Equal(
            ("ci", nameof(CallerKind.ApiToken), "127.0.0.1", "paris", "alice", "Halt, keep out for 00:15:00, certificate alice", "left", "client-kill command succeeded", "The session is gone. certificate alice is kept out of paris."),
            (record.Actor, record.ActorKind.ToString(), record.Address, record.Server, record.CommonName, record.Details, record.Reason, record.Reply, record.After));
    }

    [Theory]
    [InlineData("lena", null, "lena", "user")]
    [InlineData(" lena", null, null, null)] // texts have no blanks around them
    [InlineData("LENA", "user", "lena", "user")]
    [InlineData("office-cert", null, "office-cert", "certificate")]
    [InlineData("office-cert", "user", null, null)]
    [InlineData("karl", null, null, null)] // somebody else's
    [InlineData(null, null, "office-cert", "certificate")] // where the dashboard is asked, nobody may have checked the user name
    public async Task A_client_is_kept_out_by_the_name_that_was_confirmed_if_it_is_its_own(string? blockName, string? blockNameKind, string? blocked, string? kind)
    {
        _lab.Daemon.On("status 3", _lab.Daemon.Status(FakeOpenVpnServer.ClientRow(8, "office-cert", username: "karl"), FakeOpenVpnServer.ClientRow(9, "office-cert", username: "lena")));
        JsonElement[] clients = await TestWait.ReadAsync(_lab.ClientsAsync, clients => clients.Length == 2 && clients.All(client => OperationsApp.Text(client, "username") is { Length: > 0 }));
        string lena = OperationsApp.Text(clients.Single(client => OperationsApp.Text(client, "username") == "lena"), "session")!;

        using HttpResponseMessage response = await _lab.Api.PostAsJsonAsync($"/api/v1/servers/paris/clients/{lena}/disconnect", new { mode = "halt", blockFor = "untilLifted", blockName, blockNameKind }, Cancel);

        Assert.Equal(blocked is null ? HttpStatusCode.BadRequest : HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            blocked is null ? [] : [(blocked, kind)],
            (await _lab.ReadAsync("/api/v1/blocks")).Select(block => (OperationsApp.Text(block, "commonName"), OperationsApp.Text(block, "nameKind"))));
        if (blocked is null)
            Assert.DoesNotContain(await _lab.HeardUpToNowAsync(), line => line.StartsWith("client-kill", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_certificate_a_name_that_nobody_checked_has_to_be_said()
    {
        _lab.Daemon.On("status 3", _lab.Daemon.Status(FakeOpenVpnServer.ClientRow(8, "UNDEF", username: "lena")));
        JsonElement[] clients = await TestWait.ReadAsync(_lab.ClientsAsync, clients => clients is [var only] && OperationsApp.Text(only, "username") == "lena");

        using HttpResponseMessage response = await _lab.Api.PostAsJsonAsync($"/api/v1/servers/paris/clients/{OperationsApp.Text(clients[0], "session")}/disconnect", new { mode = "halt", blockFor = "untilLifted" }, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("Say that user lena is meant.", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_over_is_not_confused_with_who_has_its_CID_now_and_nobody_is_blocked()
    {
        string session = (await _lab.ClientsAsync())[0].GetProperty("session").GetString()!;
        _lab.Daemon.On("status 3", _lab.Daemon.Status(FakeOpenVpnServer.ClientRow(7, "bob", since: 1795214999)));

        using HttpResponseMessage response = await _lab.Api.PostAsJsonAsync($"/api/v1/servers/paris/clients/{session}/disconnect", new { mode = "restart", blockFor = "untilLifted" }, Cancel);

        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.Conflict, HttpStatusCode.NotFound });
        Assert.Empty(await _lab.ReadAsync("/api/v1/blocks"));
        Assert.DoesNotContain(await _lab.HeardUpToNowAsync(), line => line.StartsWith("client-kill", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_waiting_client_is_listed_and_approved_and_then_nobody_waits()
    {
        await _lab.WaitingAsync(9, "<b>x</b>");
        JsonElement waiting = Assert.Single(await _lab.ReadAsync("/api/v1/approvals"));

        using HttpResponseMessage approved = await _lab.Api.PostAsJsonAsync($"/api/v1/approvals/{OperationsApp.Text(waiting, "id")}", new { decision = "approve" }, Cancel);
        using HttpResponseMessage late = await _lab.Api.PostAsJsonAsync($"/api/v1/approvals/{OperationsApp.Text(waiting, "id")}", new { decision = "deny", reason = "no" }, Cancel);

        Assert.Equal(("<b>x</b>", "deny"), (OperationsApp.Text(waiting, "commonName"), OperationsApp.Text(waiting, "default")));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (approved.StatusCode, late.StatusCode));
        Assert.Contains("This request is over: ci approved it already.", await late.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await _lab.HeardAsync("client-auth-nt 9 1");
        Assert.Equal(("<b>x</b>", "Done"), ((await _lab.RecordAsync("approve")).CommonName, (await _lab.RecordAsync("approve")).Outcome));
    }

    [Theory]
    [InlineData(">CLIENT:DISCONNECT,9\r\n>CLIENT:ENV,END\r\n>CLIENT:ESTABLISHED,9\r\n>CLIENT:ENV,END\r\n", "but the client has left")] // as one that its ccd disables
    [InlineData(">LOG:1795214552,N,198.51.100.11:56726 TLS Auth Error: Auth Username/Password verification failed for peer\r\n", "but OpenVPN itself refused the client")]
    public async Task An_approval_that_let_nobody_in_is_not_told_as_one_that_did(string news, string words)
    {
        string id = await _lab.WaitingAsync(9, "bob");
        _lab.Daemon.On("client-auth-nt", $"SUCCESS: client-auth command succeeded\r\n{news}");

        using HttpResponseMessage response = await _lab.Api.PostAsJsonAsync($"/api/v1/approvals/{id}", new { decision = "approve" }, Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains(words, await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal("Failed", (await _lab.RecordAsync("approve")).Outcome);
    }

    [Fact]
    public async Task A_hold_flag_is_on_record_with_what_it_was_and_is()
    {
        await _lab.PostAsync("hold", new { action = "on" });

        AuditRecord record = await _lab.RecordAsync("hold");

        Assert.Equal(("On", "off", "Hold is on now; it was off."), (record.Details, record.Before, record.After));
    }

    [Theory]
    [InlineData("verb", "{\"level\":4}", "verb 4")]
    [InlineData("mute", "{\"lines\":20}", "mute 20")]
    [InlineData("forget-passwords", "{}", "forget-passwords")]
    [InlineData("push-update", "{\"options\":\"dhcp-option DNS 10.8.0.1\",\"session\":null}", "push-update-broad \"dhcp-option DNS 10.8.0.1\"")]
    public async Task An_operation_arrives_as_its_command_and_is_put_on_record(string operation, string request, string command)
    {
        await _lab.PostAsync(operation, JsonSerializer.Deserialize<JsonElement>(request));

        await _lab.HeardAsync(command);
        Assert.Equal("Done", (await _lab.RecordAsync(operation.Replace('-', ' '))).Outcome);
    }

    [Fact]
    public async Task An_operation_that_has_nothing_to_choose_needs_no_body()
    {
        using HttpResponseMessage response = await _lab.Api.PostAsync("/api/v1/servers/paris/forget-passwords", content: null, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await _lab.HeardAsync("forget-passwords");
    }

    [Fact]
    public async Task A_question_is_listed_and_answered_and_what_was_typed_stands_on_no_record()
    {
        _lab.Daemon.On("password", "SUCCESS: 'Private Key' password entered, but not yet verified\r\n");
        await _lab.Daemon.SayAsync(">PASSWORD:Need 'Private Key' password\r\n", Cancel);
        JsonElement question = (await TestWait.ReadAsync(() => _lab.ReadAsync("/api/v1/servers/paris/questions"), questions => questions.Length == 1))[0];
        Assert.Equal(("credentials", "Private Key"), (OperationsApp.Text(question, "kind"), OperationsApp.Text(question, "type")));

        JsonElement result = await _lab.PostAsync($"questions/{OperationsApp.Text(question, "id")}", new { password = "open sesame" });

        await _lab.HeardAsync("password \"Private Key\" \"open sesame\"");
        Assert.Equal("'Private Key' password entered, but not yet verified", OperationsApp.Text(result, "reply"));
        AuditRecord record = await _lab.RecordAsync("answer");
        Assert.Equal(("Credentials Private Key", "Done"), (record.Details, record.Outcome));
        Assert.Empty(await _lab.ReadAsync("/api/v1/servers/paris/questions"));
    }

    [Fact]
    public async Task A_slot_is_released_and_taken_back_and_both_are_put_on_record()
    {
        JsonElement released = await _lab.PostAsync("slot", new { action = "release", @for = "00:10:00" });
        JsonElement taken = await _lab.PostAsync("slot", new { action = "take" });

        Assert.StartsWith("The slot is free.", OperationsApp.Text(released, "effect"), StringComparison.Ordinal);
        Assert.Equal("The dashboard has the slot again.", OperationsApp.Text(taken, "effect"));
        Assert.Equal(("for 00:10:00", "Done"), ((await _lab.RecordAsync("release slot")).Details, (await _lab.RecordAsync("take slot back")).Outcome));
    }

    [Theory]
    [InlineData("{\"action\":\"release\"}", HttpStatusCode.BadRequest)]
    [InlineData("{\"action\":\"release\",\"for\":\"00:00:59\"}", HttpStatusCode.BadRequest)]
    [InlineData("{\"action\":\"release\",\"for\":\"1.00:00:01\"}", HttpStatusCode.BadRequest)]
    [InlineData("{\"action\":\"take\"}", HttpStatusCode.Conflict)]
    public async Task A_slot_is_not_given_up_without_a_sensible_end(string request, HttpStatusCode expected)
    {
        using HttpResponseMessage response = await _lab.Api.PostAsJsonAsync("/api/v1/servers/paris/slot", JsonSerializer.Deserialize<JsonElement>(request), Cancel);

        Assert.Equal(expected, response.StatusCode);
        Assert.DoesNotContain("exit", await _lab.HeardUpToNowAsync());
    }

    [Fact]
    public async Task A_release_has_worked_when_the_daemon_goes_on_and_not_when_it_says_so()
    {
        await _lab.Daemon.SayAsync(">STATE:1795214600,RECONNECTING,SIGHUP,,,,,\r\n>HOLD:Waiting for hold release:0\r\n", Cancel);
        await TestWait.ReadAsync(() => _lab.Api.GetStringAsync("/api/v1/servers/paris", Cancel), server => server.Contains("\"held\"", StringComparison.OrdinalIgnoreCase));
        _lab.Daemon.On("hold release", "SUCCESS: hold release succeeded\r\n>STATE:1795214601,CONNECTED,SUCCESS,10.80.0.1,,,,\r\n");

        JsonElement result = await _lab.PostAsync("hold", new { action = "release" });

        Assert.Equal("OpenVPN goes on.", OperationsApp.Text(result, "effect"));
    }

    [Fact]
    public async Task A_signal_to_a_daemon_that_is_starting_is_not_taken_for_the_restart_that_it_asks_for()
    {
        await _lab.Daemon.SayAsync(">STATE:1795214600,RECONNECTING,SIGHUP,,,,,\r\n", Cancel);
        await TestWait.ReadAsync(() => _lab.Api.GetStringAsync("/api/v1/servers/paris", Cancel), server => server.Contains("\"starting\"", StringComparison.OrdinalIgnoreCase));

        JsonElement result = await _lab.PostAsync("signal", new { signal = "SIGUSR1" });

        Assert.StartsWith("Nothing of it was seen", OperationsApp.Text(result, "effect"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_block_is_made_listed_and_lifted()
    {
        await _lab.Api.PostAsJsonAsync("/api/v1/blocks", new { commonName = "mallory", server = (string?)null, @for = "1.00:00:00", reason = "lost laptop" }, Cancel);
        JsonElement block = Assert.Single(await _lab.ReadAsync("/api/v1/blocks"));
        Assert.Equal((JsonValueKind.Null, "mallory"), (block.GetProperty("server").ValueKind, OperationsApp.Text(block, "commonName")));

        using HttpResponseMessage lifted = await _lab.Api.DeleteAsync($"/api/v1/blocks/{OperationsApp.Text(block, "id")}", Cancel);
        using HttpResponseMessage again = await _lab.Api.DeleteAsync($"/api/v1/blocks/{OperationsApp.Text(block, "id")}", Cancel);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (lifted.StatusCode, again.StatusCode));
        Assert.Empty(await _lab.ReadAsync("/api/v1/blocks"));
    }

    [Fact]
    public async Task The_password_of_a_client_that_asks_to_come_in_is_nowhere()
    {
        await _lab.WaitingAsync(9, "alice");
        JsonElement waiting = Assert.Single(await _lab.ReadAsync("/api/v1/approvals"));
        await _lab.Api.PostAsJsonAsync($"/api/v1/approvals/{OperationsApp.Text(waiting, "id")}", new { decision = "deny" }, Cancel);
        await _lab.RecordAsync("deny");

        string trail = JsonSerializer.Serialize(await _lab.App.QueryAsync(database => database.Set<AuditRecord>().ToListAsync(Cancel)));

        Assert.DoesNotContain("hunter2", waiting.ToString() + trail + _lab.App.Log.Text, StringComparison.Ordinal);
    }
}
