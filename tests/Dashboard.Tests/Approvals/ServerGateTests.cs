using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

using Mgmt.Core.Commands;
using Mgmt.Core.Connection;

using Tests.Shared;

namespace Dashboard.Tests.Approvals;

/// <summary>What a server's gate answers to a daemon that asks, to the byte.</summary>
public sealed class ServerGateTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_policy_that_needs_no_person_answers_at_once()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.ApproveAll).StartAsync();

        await lab.Daemon.SayAsync(GateLab.Connect(cid: 7, kid: 3), Cancel);

        Assert.Equal("client-auth-nt 7 3", await lab.HeardAsync("client-auth-nt", "client-auth", "client-deny"));
        Assert.Empty(lab.Waiting);
    }

    [Fact]
    public async Task A_daemon_that_does_not_answer_the_list_does_not_keep_a_client_waiting_for_it()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.ApproveAll, options => options.StatusInterval = TimeSpan.FromSeconds(5)).StartAsync();
        lab.Daemon.On("status 3", (string?)null);
        lab.Daemon.On("load-stats", _ => $"SUCCESS: nclients=0,bytesin={lab.Time.GetTimestamp()},bytesout=0\r\n");
        while (await lab.HeardAsync("status") is not "status 3")
        {
            // one from before
        }
        DateTimeOffset asked = lab.Time.GetUtcNow();

        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);

        Assert.Equal("client-auth-nt 0 1", await lab.HeardAsync("client-auth-nt"));
        Assert.InRange(lab.Time.GetUtcNow() - asked, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Requests_that_are_left_to_another_program_are_not_answered()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Leave).StartAsync();
        lab.Block("alice");

        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);

        Assert.DoesNotContain(await lab.HeardUpToNowAsync(), line => line.StartsWith("client-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_comes_in_with_the_options_that_are_configured_for_its_name()
    {
        await using GateLab lab = new(ApprovalPolicy.ApproveAll, options => options.Clients["alice"] = ["ifconfig-push 10.8.0.50 255.255.255.0", "push \"route 192.0.2.0 255.255.255.0\""]);
        await lab.StartAsync();
        lab.Daemon.On("client-auth", (string?)null);
        lab.Daemon.On("ifconfig-push", (string?)null);
        lab.Daemon.On("push", (string?)null);
        lab.Daemon.On("END", "SUCCESS: client-auth command succeeded\r\n");

        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);

        Assert.Equal("client-auth 0 1", await lab.HeardAsync("client-auth", "client-auth-nt"));
        Assert.Equal("ifconfig-push 10.8.0.50 255.255.255.0", await lab.HeardAsync("ifconfig-push"));
        Assert.Equal("push \"route 192.0.2.0 255.255.255.0\"", await lab.HeardAsync("push"));
        Assert.Equal("END", await lab.HeardAsync("END"));
    }

    [Fact]
    public async Task A_client_about_whom_a_person_is_asked_waits_with_its_deadline_and_without_its_password()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask).StartAsync();

        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);
        await lab.UntilAsync(() => lab.Waiting.Count == 1);

        WaitingClient client = lab.Waiting[0];
        Assert.Equal(("alice", "user-0", "198.51.100.11:56726", "linux", TimeSpan.FromSeconds(50)),
            (client.CommonName, client.Username, client.RealAddress, client.Platform, client.Deadline - client.Since));
        Assert.DoesNotContain("hunter2", lab.Live.Find("paris")!.ToString() + client, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_who_decide_at_once_have_one_winner_and_the_other_is_told_who_it_was()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask).StartAsync();
        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);
        await lab.UntilAsync(() => lab.Waiting.Count == 1);
        Guid id = lab.Waiting[0].Id;

        OperationResult[] results = await Task.WhenAll(lab.DecideAsync(id, approve: true, "ana"), lab.DecideAsync(id, approve: false, "ben"));

        OperationResult winner = Assert.Single(results, result => result.Succeeded);
        OperationResult other = Assert.Single(results, result => result.Outcome is OperationOutcome.Stale);
        Assert.Equal(results[0] == winner ? "This request is over: ana approved it already. Nothing was sent." : "This request is over: ben denied it already. Nothing was sent.", other.Reply);
        Assert.Single(await lab.HeardUpToNowAsync(), line => line is "client-auth-nt 0 1" || line.StartsWith("client-deny", StringComparison.Ordinal));
        await lab.UntilAsync(() => lab.Waiting.Count == 0);
    }

    [Fact]
    public async Task A_denied_client_is_told_the_reason_whatever_is_in_it()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask).StartAsync();
        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);
        await lab.UntilAsync(() => lab.Waiting.Count == 1);

        await lab.DecideAsync(lab.Waiting[0].Id, approve: false, "ana", """say "no" \ # ; '""");

        Assert.Equal("""client-deny 0 1 "say \"no\" \\ # ; '" "say \"no\" \\ # ; '" """.TrimEnd(), await lab.HeardAsync("client-deny"));
    }

    [Theory]
    [InlineData(ApprovalDefault.Deny, "client-deny 0 1 \"Nobody decided in time\" \"Nobody decided in time\"")]
    [InlineData(ApprovalDefault.Approve, "client-auth-nt 0 1")]
    public async Task When_nobody_decides_in_time_the_default_does_and_it_is_on_record(ApprovalDefault byDefault, string command)
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask, options => (options.ApprovalDefault, options.ApprovalDeadline) = (byDefault, TimeSpan.FromSeconds(20))).StartAsync();
        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);
        await lab.UntilAsync(() => lab.Waiting.Count == 1);
        DateTimeOffset asked = lab.Time.GetUtcNow();

        Assert.Equal(command, await lab.HeardAsync("client-auth-nt", "client-deny"));

        Assert.True(lab.Time.GetUtcNow() - asked > TimeSpan.FromSeconds(15), "It was decided long before its time.");
        await lab.UntilAsync(() => lab.Waiting.Count == 0 && !lab.Trail.Entries.IsEmpty);
        AuditEntry entry = Assert.Single(lab.Trail.Entries);
        Assert.Equal((CallerKind.Dashboard, "alice", "Done"), (entry.By.Kind, entry.CommonName, entry.Outcome));
    }

    [Fact]
    public async Task A_client_that_can_show_a_text_is_told_to_wait_and_for_how_long()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask).StartAsync();

        await lab.Daemon.SayAsync(GateLab.Connect(more: ">CLIENT:ENV,IV_SSO=webauth,crtext\r\n"), Cancel);

        Assert.Matches("^client-pending-auth 0 1 \"CR_TEXT::An operator has been asked to let you in. Please wait.\" (49|50)$", await lab.HeardAsync("client-pending-auth"));
        await lab.UntilAsync(() => lab.Waiting is [{ IsTold: true }]);
    }

    [Fact]
    public async Task A_client_that_can_only_open_pages_is_not_sent_what_it_cannot_show()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask).StartAsync();

        await lab.Daemon.SayAsync(GateLab.Connect(more: ">CLIENT:ENV,IV_SSO=webauth,openurl\r\n"), Cancel);
        await lab.UntilAsync(() => lab.Waiting is [{ IsTold: false }]);

        Assert.DoesNotContain(await lab.HeardUpToNowAsync(), line => line.StartsWith("client-pending-auth", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_renewed_key_of_a_client_that_was_let_in_is_answered_without_asking_again()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask).StartAsync();
        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);
        await lab.UntilAsync(() => lab.Waiting.Count == 1);
        await lab.DecideAsync(lab.Waiting[0].Id, approve: true, "ana");

        await lab.Daemon.SayAsync(GateLab.Connect(kid: 3, kind: "REAUTH"), Cancel);

        Assert.Equal("client-auth-nt 0 1", await lab.HeardAsync("client-auth-nt"));
        Assert.Equal("client-auth-nt 0 3", await lab.HeardAsync("client-auth-nt"));
        await lab.UntilAsync(() => lab.Waiting.Count == 0);
    }

    [Fact]
    public async Task A_renewed_key_of_a_session_that_is_older_than_the_dashboard_asks_nobody()
    {
        await using GateLab lab = new(ApprovalPolicy.Ask);
        lab.Clients(FakeOpenVpnServer.ClientRow(4, "alice", username: "user-0"));
        await lab.StartAsync();
        await lab.UntilAsync(() => lab.Live.Find("paris") is { Clients.Length: 1 });

        await lab.Daemon.SayAsync(GateLab.Connect(cid: 4, kid: 9, kind: "REAUTH"), Cancel);

        Assert.Equal("client-auth-nt 4 9", await lab.HeardAsync("client-auth-nt"));
    }

    [Theory]
    [InlineData("ida", "ida")] // username-as-common-name: the certificate's name at first, the user's from then on
    [InlineData("UNDEF", "ida")] // no certificate
    [InlineData("alice", "root")] // OpenVPN itself refuses another user on the same connection
    public async Task A_renewed_key_is_answered_without_asking_again_whatever_the_name_has_become(string name, string username)
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask).StartAsync();
        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);
        await lab.UntilAsync(() => lab.Waiting.Count == 1);
        await lab.DecideAsync(lab.Waiting[0].Id, approve: true, "ana");

        await lab.Daemon.SayAsync(GateLab.Connect(kid: 3, name: name, username: username, kind: "REAUTH"), Cancel);

        Assert.Equal("client-auth-nt 0 1", await lab.HeardAsync("client-auth-nt"));
        Assert.Equal("client-auth-nt 0 3", await lab.HeardAsync("client-auth-nt"));
    }

    [Fact]
    public async Task A_renewed_key_is_refused_when_the_name_that_it_comes_under_is_blocked()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.ApproveAll).StartAsync();
        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);
        Assert.Equal("client-auth-nt 0 1", await lab.HeardAsync("client-auth-nt"));

        lab.Block("ida");
        await lab.Daemon.SayAsync(GateLab.Connect(kid: 3, name: "ida", username: "ida", kind: "REAUTH"), Cancel);

        Assert.StartsWith("client-deny 0 3", await lab.HeardAsync("client-deny"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, GateLab.Hardware)]
    [InlineData(0, "")] // the daemon calls it by the same number
    public async Task A_device_that_asks_once_more_waits_once_and_since_it_first_asked(uint cid, string hardware)
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask).StartAsync();
        await lab.Daemon.SayAsync(GateLab.Connect(cid: 0, more: hardware), Cancel);
        await lab.UntilAsync(() => lab.Waiting.Count == 1);
        WaitingClient first = lab.Waiting[0];
        lab.Time.Advance(TimeSpan.FromSeconds(5));

        await lab.Daemon.SayAsync(GateLab.Connect(cid: cid, more: hardware).Replace("56726", "56800", StringComparison.Ordinal) + GateLab.Connect(cid: 2, name: "bob"), Cancel);

        await lab.UntilAsync(() => lab.Waiting.Select(client => client.Cid.Value).SequenceEqual([cid, 2u]) && lab.Waiting[0].Id != first.Id);
        Assert.Equal((first.Since, first.Deadline), (lab.Waiting[0].Since, lab.Waiting[0].Deadline));
        OperationResult late = await lab.DecideAsync(first.Id, approve: true, "ana");
        Assert.Equal((OperationOutcome.Stale, "This request was replaced by a newer request of the same client. Nothing was sent."), (late.Outcome, late.Reply));
    }

    [Fact]
    public async Task Two_devices_behind_one_router_that_say_nothing_of_themselves_both_wait()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask).StartAsync();

        await lab.Daemon.SayAsync(GateLab.Connect(cid: 0) + GateLab.Connect(cid: 1).Replace("56726", "56800", StringComparison.Ordinal), Cancel);

        await lab.UntilAsync(() => lab.Waiting.Select(client => client.Cid.Value).SequenceEqual([0u, 1u]));
    }

    [Theory]
    [InlineData(">CLIENT:DISCONNECT,0\r\n>CLIENT:ENV,END\r\n")]
    [InlineData(">STATE:1795214552,RECONNECTING,SIGUSR1,,,,,\r\n")]
    [InlineData(">STATE:1795214552,EXITING,SIGTERM,,,,,\r\n")]
    public async Task A_request_whose_client_is_gone_leaves_the_list(string news)
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask).StartAsync();
        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);
        await lab.UntilAsync(() => lab.Waiting.Count == 1);
        Guid id = lab.Waiting[0].Id;

        await lab.Daemon.SayAsync(news, Cancel);

        await lab.UntilAsync(() => lab.Waiting.Count == 0);
        OperationResult late = await lab.DecideAsync(id, approve: true, "ana");
        Assert.Equal((OperationOutcome.Stale, "This request is over: the client has left, or its server was restarted. Nothing was sent."), (late.Outcome, late.Reply));
    }

    [Theory]
    [InlineData(">LOG:1795214552,N,198.51.100.11:56726 TLS Auth Error: Auth Username/Password verification failed for peer\r\n", "OpenVPN itself refused the client")]
    [InlineData(">LOG:1795214552,N,a/b/198.51.100.11:56726 TLS Auth Error: Auth Username/Password verification failed for peer\r\n", "OpenVPN itself refused the client")]
    [InlineData(">CLIENT:ESTABLISHED,0\r\n>CLIENT:ENV,END\r\n", "not by the dashboard")]
    public async Task A_request_that_was_settled_without_us_leaves_the_list_and_says_so(string news, string words)
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask).StartAsync();
        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);
        await lab.UntilAsync(() => lab.Waiting.Count == 1);
        Guid id = lab.Waiting[0].Id;

        await lab.Daemon.SayAsync(news, Cancel);

        await lab.UntilAsync(() => lab.Waiting.Count == 0);
        OperationResult late = await lab.DecideAsync(id, approve: true, "ana");
        Assert.Equal(OperationOutcome.Stale, late.Outcome);
        Assert.Contains(words, late.Reply, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("198.51.100.12:56726 TLS Auth Error: Auth Username/Password verification failed for peer")] // another client
    [InlineData("198.51.100.11:56726 TLS Auth Error: Auth Username/Password verification failed for peer, or so it says")]
    [InlineData("198.51.100.11:56726 TLS: Username/Password authentication succeeded for username 'TLS Auth Error: Auth Username/Password verification failed for peer'")]
    public async Task A_line_about_something_else_withdraws_no_request(string line)
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask).StartAsync();
        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);
        await lab.UntilAsync(() => lab.Waiting.Count == 1);

        await lab.Daemon.SayAsync($">LOG:1795214552,N,{line}\r\n", Cancel);
        await lab.HeardUpToNowAsync();

        Assert.Single(lab.Waiting);
    }

    [Fact]
    public async Task Who_decides_after_a_client_was_approved_and_left_is_told_that_it_has_left()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask).StartAsync();
        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);
        await lab.UntilAsync(() => lab.Waiting.Count == 1);
        Guid id = lab.Waiting[0].Id;
        await lab.DecideAsync(id, approve: true, "ana");

        await lab.Daemon.SayAsync(">CLIENT:DISCONNECT,0\r\n>CLIENT:ENV,END\r\n", Cancel);
        await lab.HeardUpToNowAsync();

        Assert.Equal("This request is over: ana approved it, and the client has left since. Nothing was sent.", (await lab.DecideAsync(id, approve: false, "ben")).Reply);
    }

    [Fact]
    public async Task A_request_whose_client_has_given_up_without_a_word_leaves_the_list()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask, options => options.ApprovalDeadline = TimeSpan.FromHours(1)).StartAsync();
        lab.Clients(FakeOpenVpnServer.ClientRow(0, "alice", virtualAddress: "", virtualAddress6: ""));
        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);
        await lab.UntilAsync(() => lab.Waiting.Count == 1 && lab.Live.Find("paris") is { Clients.Length: 1 });

        lab.Clients();

        await lab.UntilAsync(() => lab.Waiting.Count == 0);
    }

    [Fact]
    public async Task A_lost_connection_empties_the_list()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask).StartAsync();
        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);
        await lab.UntilAsync(() => lab.Waiting.Count == 1);

        await lab.Daemon.DisposeAsync();

        await lab.UntilAsync(() => lab.Waiting.Count == 0);
    }

    [Fact]
    public async Task Who_asked_while_nobody_listened_is_brought_to_ask_again()
    {
        await using GateLab lab = new(ApprovalPolicy.Ask);
        lab.Clients(
            FakeOpenVpnServer.ClientRow(3, "alice", virtualAddress: "", virtualAddress6: ""),
            FakeOpenVpnServer.ClientRow(4, "bob"),
            FakeOpenVpnServer.ClientRow(5, "UNDEF", virtualAddress: "", virtualAddress6: ""));

        await lab.StartAsync();

        Assert.Equal("client-kill 3", await lab.HeardAsync("client-kill"));
        Assert.DoesNotContain(await lab.HeardUpToNowAsync(), line => line.StartsWith("client-kill", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_of_a_bridge_whose_addresses_are_not_OpenVPN_s_to_give_is_through_and_left_alone()
    {
        GateLab lab = new(ApprovalPolicy.ApproveAll);
        await using GateLab disposed = lab;
        lab.Daemon.On("status 3", lab.Daemon.Status(
                FakeOpenVpnServer.ClientRow(4, "alice", virtualAddress: "", virtualAddress6: ""),
                FakeOpenVpnServer.ClientRow(5, "bob", realAddress: "198.51.100.12:4711", virtualAddress: "", virtualAddress6: ""))
            .Replace("GLOBAL_STATS\tMax", "ROUTING_TABLE\t92:2d:05:06:ef:47@0\talice\t198.51.100.11:51728\t2026-11-20 22:41:57\t1795214517\r\nGLOBAL_STATS\tMax", StringComparison.Ordinal));

        await lab.StartAsync();

        Assert.Equal("client-kill 5", await lab.HeardAsync("client-kill"));
        Assert.DoesNotContain("client-kill 4", await lab.HeardUpToNowAsync());
    }

    [Fact]
    public async Task Who_asked_in_words_that_were_lost_is_brought_to_ask_again()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.ApproveAll).StartAsync();
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<OperationResult> operation = lab.ExecuteAsync(async (watch, token) =>
        {
            begun.SetResult();
            await said.Task; // nobody here looks
            await ((IServerTurn)watch).Connection.GetPidAsync(token); // all that was said before has come
            return new OperationResult(OperationOutcome.Done, "");
        });
        await lab.UntilAsync(() => begun.Task.IsCompleted);
        await lab.Daemon.SayAsync(string.Concat(Enumerable.Repeat(">LOG:1795214552,I,much ado\r\n", 2 * new ManagementConnectionOptions().EventCapacity)), Cancel);
        await lab.Daemon.SayAsync(GateLab.Connect(cid: 4), Cancel);
        lab.Clients(FakeOpenVpnServer.ClientRow(4, "alice", virtualAddress: "", virtualAddress6: ""));

        said.SetResult();

        Assert.Equal("client-kill 4", await lab.HeardAsync("client-kill", "client-auth-nt"));
        await operation;
    }

    [Fact]
    public async Task A_blocked_name_is_refused_with_the_reason_at_each_attempt_and_put_on_record_once()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.ApproveAll).StartAsync();
        lab.Block("alice", reason: "left\r\nsignal SIGTERM");

        await lab.Daemon.SayAsync(GateLab.Connect(cid: 1), Cancel);
        string first = await lab.HeardAsync("client-deny", "client-auth-nt", "signal");
        await lab.Daemon.SayAsync(GateLab.Connect(cid: 2), Cancel);
        string second = await lab.HeardAsync("client-deny", "client-auth-nt", "signal");

        Assert.Equal("client-deny 1 1 \"Blocked: left  signal SIGTERM\" \"Blocked: left  signal SIGTERM\"", first);
        Assert.StartsWith("client-deny 2 1", second, StringComparison.Ordinal);
        await lab.HeardUpToNowAsync();
        Assert.Equal("keep out", Assert.Single(lab.Trail.Entries).Action);
    }

    [Fact]
    public async Task A_client_that_is_denied_is_among_the_failed_attempts_by_its_name_and_address()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Deny).StartAsync();

        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);

        await lab.UntilAsync(() => lab.Observer.Said.Any(said => said.Kind is ServerEventKind.AuthFailure));
        ServerEvent failed = Assert.Single(lab.Observer.Said, said => said.Kind is ServerEventKind.AuthFailure);
        Assert.Equal(
            ("alice", "198.51.100.11:56726", "alice from 198.51.100.11:56726: not let in by dashboard: This server lets nobody in"),
            (failed.Client, failed.Address, failed.Text));
    }

    [Fact]
    public async Task Each_client_that_one_block_refuses_is_on_record_with_its_own_names_and_address()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.ApproveAll).StartAsync();
        lab.Block("office");

        await lab.Daemon.SayAsync(GateLab.Connect(cid: 1, name: "office", username: "lena") + GateLab.Connect(cid: 2, name: "office", username: "karl").Replace("198.51.100.11", "198.51.100.12", StringComparison.Ordinal), Cancel);

        await lab.UntilAsync(() => lab.Trail.Entries.Count == 2);
        Assert.Equal(
            ["CID 1 from 198.51.100.11:56726: certificate office, user lena; block of office by ana", "CID 2 from 198.51.100.12:56726: certificate office, user karl; block of office by ana"],
            lab.Trail.Entries.Select(entry => entry.Details!.Split("; further")[0]));
    }

    [Fact]
    public async Task A_client_that_is_disconnected_and_kept_out_gets_one_command()
    {
        await using GateLab lab = new(ApprovalPolicy.Leave);
        lab.Clients(FakeOpenVpnServer.ClientRow(1, "alice"));
        await lab.StartAsync();
        await lab.UntilAsync(() => lab.Live.Find("paris") is { Clients.Length: 1 });
        SessionIdentity alice = lab.Live.Find("paris")!.Clients!.Value[0].Identity;

        await lab.OperateAsync((watch, token) => watch.DisconnectAsync(alice, DisconnectMode.Restart, "ana", Block, token));

        Assert.Equal("client-kill 1", await lab.HeardAsync("client-kill"));
        Assert.DoesNotContain(await lab.HeardUpToNowAsync(), line => line.StartsWith("client-kill", StringComparison.Ordinal));

        string? Block(TrackedSession found)
        {
            lab.Block(found.Identity.CommonName);
            return null;
        }
    }

    [Fact]
    public async Task A_block_that_has_run_out_keeps_nobody_out()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.ApproveAll).StartAsync();
        lab.Block("alice", TimeSpan.FromSeconds(30));
        lab.Time.Advance(TimeSpan.FromSeconds(31));

        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);

        Assert.Equal("client-auth-nt 0 1", await lab.HeardAsync("client-auth-nt", "client-deny"));
    }

    [Fact]
    public async Task Where_nobody_asks_us_a_blocked_client_is_sent_away_each_time_it_comes_back()
    {
        await using GateLab lab = new(ApprovalPolicy.Leave);
        lab.Clients(FakeOpenVpnServer.ClientRow(0, "bob"), FakeOpenVpnServer.ClientRow(1, "alice"));
        await lab.StartAsync();
        lab.Block("alice");
        Assert.Equal("client-kill 1 HALT", await lab.HeardAsync("client-kill"));

        lab.Clients(FakeOpenVpnServer.ClientRow(0, "bob"), FakeOpenVpnServer.ClientRow(2, "alice", since: 1795214600));

        Assert.Equal("client-kill 2 HALT", await lab.HeardAsync("client-kill"));
    }

    [Theory]
    [InlineData(ApprovalPolicy.Leave, "UNDEF", "lena")] // single sign-on: no certificate
    [InlineData(ApprovalPolicy.Leave, "office-cert", "Lena")] // one certificate for everybody
    [InlineData(ApprovalPolicy.ApproveAll, "lena", "lena")] // username-as-common-name
    public async Task Only_the_person_who_is_blocked_is_sent_away_whatever_the_certificate_says(ApprovalPolicy policy, string commonName, string username)
    {
        await using GateLab lab = new(policy);
        lab.Clients(FakeOpenVpnServer.ClientRow(0, commonName is "lena" ? "karl" : commonName, username: "karl"), FakeOpenVpnServer.ClientRow(1, commonName, username: username));
        await lab.StartAsync();
        lab.Block("lena");

        Assert.Equal("client-kill 1 HALT", await lab.HeardAsync("client-kill"));
        Assert.DoesNotContain(await lab.HeardUpToNowAsync(), line => line.StartsWith("client-kill 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_blocked_client_is_sent_away_as_soon_as_its_name_or_its_address_is_known()
    {
        await using GateLab lab = new(ApprovalPolicy.ApproveAll);
        lab.Block("lena");
        lab.Clients(FakeOpenVpnServer.ClientRow(1, "office-cert", virtualAddress: "", virtualAddress6: ""));
        await lab.StartAsync();
        Assert.Equal("client-kill 1", await lab.HeardAsync("client-kill")); // it had asked while nobody answered

        lab.Clients(FakeOpenVpnServer.ClientRow(1, "office-cert"));
        await lab.UntilAsync(() => lab.Live.Find("paris") is { Clients: [{ VirtualAddress: not null }] });
        lab.Clients(FakeOpenVpnServer.ClientRow(1, "office-cert", username: "lena"));

        Assert.Equal("client-kill 1 HALT", await lab.HeardAsync("client-kill"));
    }

    [Fact]
    public async Task A_blocked_user_is_refused_behind_whatever_certificate()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.ApproveAll).StartAsync();
        lab.Block("lena");

        await lab.Daemon.SayAsync(GateLab.Connect(cid: 1, name: "office-cert", username: "lena") + GateLab.Connect(cid: 2, name: "office-cert", username: "karl"), Cancel);

        Assert.StartsWith("client-deny 1 1", await lab.HeardAsync("client-deny", "client-auth-nt"), StringComparison.Ordinal);
        Assert.Equal("client-auth-nt 2 1", await lab.HeardAsync("client-deny", "client-auth-nt"));
    }

    [Fact]
    public async Task A_session_that_was_sent_away_and_stays_is_told_again_with_restraint()
    {
        await using GateLab lab = new(ApprovalPolicy.Leave);
        lab.Clients(FakeOpenVpnServer.ClientRow(1, "alice"));
        await lab.StartAsync();
        lab.Block("alice");
        await lab.HeardAsync("client-kill");
        DateTimeOffset first = lab.Time.GetUtcNow();

        await lab.HeardAsync("client-kill");

        Assert.InRange((lab.Time.GetUtcNow() - first).TotalSeconds, 9, 14);
    }

    [Fact]
    public async Task The_person_on_the_list_is_looked_up_again_before_it_is_sent_away()
    {
        await using GateLab lab = new(ApprovalPolicy.Leave);
        lab.Clients(FakeOpenVpnServer.ClientRow(1, "alice"));
        await lab.StartAsync();
        lab.Clients(FakeOpenVpnServer.ClientRow(1, "bob", since: 1795214600)); // a restart of which we have not heard yet

        lab.Block("alice");

        await lab.UntilAsync(() => lab.Live.Find("paris") is { Clients: [{ CommonName: "bob" }] });
        Assert.DoesNotContain(await lab.HeardUpToNowAsync(), line => line.StartsWith("client-kill", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_that_has_been_here_before_comes_in_and_another_is_asked_about()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.ApproveKnown).StartAsync();
        lab.Known.Add("paris", "alice");

        await lab.Daemon.SayAsync(GateLab.Connect(cid: 0) + GateLab.Connect(cid: 1, name: "mallory"), Cancel);

        Assert.Equal("client-auth-nt 0 1", await lab.HeardAsync("client-auth-nt"));
        await lab.UntilAsync(() => lab.Waiting is [{ CommonName: "mallory" }]);
    }

    [Fact]
    public async Task Who_waits_only_because_history_was_not_read_yet_comes_in_as_soon_as_it_is()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.ApproveKnown).StartAsync();
        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);
        await lab.UntilAsync(() => lab.Waiting.Count == 1);

        lab.Known.Add("paris", "alice");

        Assert.Equal("client-auth-nt 0 1", await lab.HeardAsync("client-auth-nt"));
    }

    [Fact]
    public async Task A_daemon_that_refuses_the_answer_loses_the_request_and_not_the_session()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Ask).StartAsync();
        lab.Daemon.On("client-auth-nt", "ERROR: client-auth command failed\r\n");
        await lab.Daemon.SayAsync(GateLab.Connect(), Cancel);
        await lab.UntilAsync(() => lab.Waiting.Count == 1);
        Guid request = lab.Waiting[0].Id;

        OperationResult result = await lab.DecideAsync(request, approve: true, "ana");

        Assert.Equal((OperationOutcome.Failed, "client-auth command failed"), (result.Outcome, result.Reply));
        Assert.Null(lab.Gate.FindDecision(request)); // nobody is told that ana approved
        await lab.UntilAsync(() => lab.Waiting.Count == 0 && lab.Live.Find("paris") is { IsLive: true });
    }

    [Fact]
    public async Task A_gatekeeper_sees_the_whole_environment()
    {
        await using GateLab lab = new(ApprovalPolicy.Ask);
        await lab.StartAsync();

        Assert.Equal("env-filter 0", await lab.HeardAsync("env-filter"));
    }

    [Fact]
    public async Task A_daemon_that_waits_refuses_that_and_is_told_again_when_it_has_started()
    {
        await using GateLab lab = new(ApprovalPolicy.Ask);
        lab.Daemon.On("env-filter", "ERROR: The 'env-filter' command is not supported by the current daemon mode\r\n");
        await lab.StartAsync();
        await lab.HeardAsync("env-filter");

        await lab.Daemon.SayAsync(">STATE:1795214552,CONNECTED,SUCCESS,10.80.0.1,,,,\r\n", Cancel);

        Assert.Equal("env-filter 0", await lab.HeardAsync("env-filter"));
        Assert.True(lab.Live.Find("paris")!.IsLive);
    }
}
