using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Fleet.Questions;
using Dashboard.Live;

using Microsoft.Extensions.Logging.Abstractions;

using Tests.Shared;

namespace Dashboard.Tests.Fleet;

/// <summary>A daemon that dials in, as a server and as a client with questions.</summary>
public sealed class DialInTests : IAsyncDisposable
{
    private const string NeedAuth = ">PASSWORD:Need 'Auth' username/password\r\n";

    private readonly FakeOpenVpnServer _daemon = new();
    private readonly LiveStore _live = new(TimeProvider.System, NullLogger<LiveStore>.Instance);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("dial-in-").FullName;
    private readonly ServerSession _session;
    private readonly Task _running;

    public DialInTests()
    {
        _session = new ServerSession(new ListenerOptions { Name = "lyon", Endpoint = "unix:" + Path.Combine(_folder, "m.sock") }, _live, [new RecordingObserver()], TimeProvider.System, NullLogger.Instance);
        _running = Task.Run(() => _session.RunAsync(_stop.Token), Cancel);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Socket => Path.Combine(_folder, "m.sock");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _daemon.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        _stop.Dispose();
    }

    [Fact]
    public async Task Nobody_has_dialled_yet_is_told_with_the_lines_that_are_missing()
    {
        ServerSnapshot server = await UntilAsync(s => s.Status is ServerStatus.Unreachable);

        Assert.Equal("No OpenVPN process has dialled in yet.", server.Detail);
        Assert.Contains($"'management {Socket} unix' and 'management-client'", server.Advice, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Socket) & (UnixFileMode)0x1ff);
    }

    [Fact]
    public async Task A_server_that_dials_in_is_watched_like_one_that_was_dialled()
    {
        _daemon.On("status 3", _daemon.Status(FakeOpenVpnServer.ClientRow(0, "alice")));
        await DialAsync();

        ServerSnapshot server = await UntilAsync(s => s is { Status: ServerStatus.Live, Clients.Length: 1 });

        Assert.Equal((DaemonRole.Server, true), (server.Role, server.DialsIn));
    }

    [Fact]
    public async Task The_next_daemon_is_taken_at_once_after_the_last_one_ended()
    {
        await DialAsync();
        await UntilAsync(s => s.IsLive);
        await _daemon.HangUpAsync(Cancel);
        Assert.Contains("Of the last one: The management connection ended.", (await UntilAsync(s => s.Status is ServerStatus.Unreachable)).Detail, StringComparison.Ordinal);

        await _daemon.DialAsync(Socket, Cancel);

        await UntilAsync(s => s.IsLive);
    }

    [Fact]
    public async Task A_second_daemon_waits_until_the_first_has_ended()
    {
        await DialAsync();
        await UntilAsync(s => s.IsLive);
        await using FakeOpenVpnServer second = new() { Version = "OpenVPN 2.7.6 x" };

        await second.DialAsync(Socket, Cancel);
        await _daemon.HangUpAsync(Cancel);

        await UntilAsync(s => s is { IsLive: true, Version: "2.7.6" });
    }

    [Fact]
    public async Task Its_slot_is_not_released_because_it_would_end()
    {
        await DialAsync();
        await UntilAsync(s => s.IsLive);

        Assert.Equal(OperationOutcome.Refused, _session.ReleaseSlot(TimeSpan.FromMinutes(5)).Outcome);
        Assert.True(_live.Find("lyon")!.IsLive);
    }

    [Fact]
    public async Task A_client_shows_its_own_tunnel_and_bytes_and_no_list_of_clients()
    {
        BeClient("2000,CONNECTED,SUCCESS,10.80.0.2,198.51.100.1,1194,,,fd00:80::1000");
        await DialAsync();
        await UntilAsync(s => s.IsLive);

        await _daemon.SayAsync(">BYTECOUNT:1000,2000\r\n", Cancel);

        ServerSnapshot server = await UntilAsync(s => s.Own.SentBytes is not null);
        Assert.Equal((DaemonRole.Client, null), (server.Role, server.Clients));
        Assert.Equal(new OwnTunnel { RemoteAddress = "198.51.100.1", RemotePort = 1194, Address = "10.80.0.2", Address6 = "fd00:80::1000", ReceivedBytes = 1000, SentBytes = 2000 }, server.Own);
    }

    [Fact]
    public async Task A_client_is_not_asked_for_a_list_again_and_stays_live()
    {
        BeClient("2000,CONNECTED,SUCCESS,10.80.0.2,198.51.100.1,1194,,,");
        await DialAsync();
        await UntilAsync(s => s.Role is DaemonRole.Client);
        List<string> heard = [];
        while (heard.Count(line => line is "load-stats") < 3)
            heard.Add(await _daemon.HeardAsync(Cancel).WaitAsync(TestWait.Limit, Cancel));

        Assert.Single(heard, "status 3");
        Assert.True(_live.Find("lyon")!.IsLive);
    }

    [Fact]
    public async Task Credentials_that_are_asked_for_are_given_from_the_screen_and_not_kept()
    {
        DaemonQuestion question = await AskedAsync(NeedAuth);
        Assert.Equal((QuestionKind.Credentials, "Auth", true, true, null), (question.Kind, question.Type, question.WantsUsername, question.WantsPassword, question.Refusal));

        OperationResult result = await AnswerAsync(question, new QuestionAnswer { Username = "me \"one\"", Password = "se cret" });

        Assert.Equal(new OperationResult(OperationOutcome.Done, "'Auth' password entered, but not yet verified"), result);
        await HeardAsync("username Auth \"me \\\"one\\\"\"");
        await HeardAsync("password Auth \"se cret\"");
        await UntilAsync(s => s.Questions.IsEmpty);
        await _daemon.SayAsync(NeedAuth, Cancel);
        await UntilAsync(s => s.Questions is [{ Type: "Auth" }]);
        Assert.Equal(OperationOutcome.Stale, (await AnswerAsync(question, new QuestionAnswer { Username = "x", Password = "y" })).Outcome);
    }

    [Fact]
    public async Task Credentials_that_a_person_wants_remembered_are_given_again_until_they_are_refused()
    {
        DaemonQuestion question = await AskedAsync(NeedAuth);
        await AnswerAsync(question, new QuestionAnswer { Username = "me", Password = "secret", Remember = true });
        await HeardAsync("password Auth secret");

        await _daemon.SayAsync(">STATE:2001,RECONNECTING,SIGUSR1,,,,,\r\n" + NeedAuth, Cancel);
        await HeardAsync("password Auth secret");
        await _daemon.SayAsync(">PASSWORD:Verification Failed: 'Auth' ['account ends today']\r\n>STATE:2002,RECONNECTING,auth-failure,,,,,\r\n" + NeedAuth, Cancel);

        ServerSnapshot server = await UntilAsync(s => s.Questions is [{ Refusal: not null }]);
        Assert.Equal("account ends today", server.Questions[0].Refusal);
        Assert.DoesNotContain("secret", server.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_remembered_is_dropped_when_the_server_forbids_saving()
    {
        await AnswerAsync(await AskedAsync(NeedAuth), new QuestionAnswer { Username = "me", Password = "secret", Remember = true });
        await HeardAsync("password Auth secret");
        await UntilAsync(s => s.Questions.IsEmpty);

        await _daemon.SayAsync(">ECHO:2001,disable-save-passwords\r\n" + NeedAuth, Cancel);

        Assert.False((await UntilAsync(s => s.Questions is [_])).Questions[0].CanBeRemembered);
    }

    [Fact]
    public async Task The_answer_to_a_static_challenge_goes_where_it_belongs()
    {
        DaemonQuestion question = await AskedAsync(">PASSWORD:Need 'Auth' username/password SC:1,Your code?\r\n");
        Assert.Equal(("Your code?", true, true, false), (question.Text, question.WantsResponse, question.EchoesResponse, question.CanBeRemembered));

        Assert.Equal(OperationOutcome.Refused, (await AnswerAsync(question, new QuestionAnswer { Username = "me", Password = "secret" })).Outcome);
        await AnswerAsync(question, new QuestionAnswer { Username = "me", Password = "secret", Response = "123" });

        await HeardAsync("password Auth SCRV1:c2VjcmV0:MTIz");
    }

    [Fact]
    public async Task A_dynamic_challenge_is_answered_with_the_name_and_state_that_came_with_it()
    {
        DaemonQuestion question = await AskedAsync(">PASSWORD:Verification Failed: 'Auth' ['CRV1:R,E:state-1:bWU=:Which colour?']\r\n" + NeedAuth);
        Assert.Equal(("Which colour?", false, true), (question.Text, question.WantsPassword, question.WantsResponse));

        await AnswerAsync(question, new QuestionAnswer { Response = "blue" });

        await HeardAsync("username Auth me");
        await HeardAsync("password Auth CRV1::state-1::blue");
    }

    [Theory]
    [InlineData(">NEED-OK:Need 'token-insertion-request' confirmation MSG:Insert it\r\n", AnswerChoice.Accept, "needok token-insertion-request ok")]
    [InlineData(">NEED-OK:Need 'token-insertion-request' confirmation MSG:Insert it\r\n", AnswerChoice.Refuse, "needok token-insertion-request cancel")]
    [InlineData(">NEED-STR:Need 'pkcs11-id-request' string MSG:Which?\r\n", AnswerChoice.Accept, "needstr pkcs11-id-request \"the one\"")]
    [InlineData(">REMOTE:198.51.100.1,1194,udp4\r\n", AnswerChoice.Accept, "remote ACCEPT")]
    [InlineData(">REMOTE:198.51.100.1,1194,udp4\r\n", AnswerChoice.Refuse, "remote SKIP")]
    [InlineData(">REMOTE:198.51.100.1,1194,udp4\r\n", AnswerChoice.Change, "remote MOD vpn.example.net 443")]
    [InlineData(">PROXY:1,TCP,198.51.100.1\r\n", AnswerChoice.NoProxy, "proxy NONE")]
    [InlineData(">PROXY:1,TCP,198.51.100.1\r\n", AnswerChoice.HttpProxy, "proxy HTTP vpn.example.net 443")]
    [InlineData(">PROXY:1,TCP,198.51.100.1\r\n", AnswerChoice.SocksProxy, "proxy SOCKS vpn.example.net 443")]
    public async Task A_question_is_answered_with_its_own_command(string asked, AnswerChoice choice, string command)
    {
        DaemonQuestion question = await AskedAsync(asked);

        OperationResult result = await AnswerAsync(question, new QuestionAnswer { Choice = choice, Response = "the one", Host = "vpn.example.net", Port = 443 });

        Assert.Equal(OperationOutcome.Done, result.Outcome);
        await HeardAsync(command);
        await UntilAsync(s => s.Questions.IsEmpty);
    }

    [Theory]
    [InlineData(AnswerChoice.Change, null, 443)]
    [InlineData(AnswerChoice.Change, "vpn.example.net", 0)]
    [InlineData(AnswerChoice.HttpProxy, "vpn.example.net", 443)]
    [InlineData(AnswerChoice.Change, "two\r\nsignal SIGTERM", 443)]
    public async Task An_answer_that_does_not_fit_is_refused_and_the_question_stays(AnswerChoice choice, string? host, int port)
    {
        DaemonQuestion question = await AskedAsync(">REMOTE:198.51.100.1,1194,udp4\r\n");

        Assert.Equal(OperationOutcome.Refused, (await AnswerAsync(question, new QuestionAnswer { Choice = choice, Host = host, Port = port })).Outcome);

        Assert.Equal(question, Assert.Single(_live.Find("lyon")!.Questions));
    }

    [Fact]
    public async Task A_question_of_the_server_during_a_pending_authentication_is_answered_as_base64()
    {
        DaemonQuestion question = await AskedAsync(">STATE:2000,AUTH_PENDING,timeout 60,,,,,\r\n>INFOMSG:CR_TEXT:R,E:Enter the number\r\n>STATE:2000,AUTH_PENDING,timeout 60,,,,,\r\n");
        Assert.Equal((QuestionKind.PendingText, "Enter the number"), (question.Kind, question.Text));

        await AnswerAsync(question, new QuestionAnswer { Response = "123456" });

        await HeardAsync("cr-response MTIzNDU2");
    }

    [Fact]
    public async Task A_question_that_the_daemon_gave_up_leaves_the_screen()
    {
        await AskedAsync(">INFOMSG:WEB_AUTH::https://login.example.net/\r\n");

        await _daemon.SayAsync(">STATE:2003,CONNECTED,SUCCESS,10.80.0.2,198.51.100.1,1194,,,\r\n", Cancel);

        await UntilAsync(s => s is { IsLive: true, Questions.IsEmpty: true });
    }

    private void BeClient(string state)
    {
        _daemon.On("state", state + "\r\nEND\r\n");
        _daemon.On("status 3", "OpenVPN STATISTICS\r\nUpdated,2026-11-20 22:43:45\r\nTUN/TAP read bytes,48\r\nTUN/TAP write bytes,48\r\nTCP/UDP read bytes,2200\r\nTCP/UDP write bytes,2100\r\nAuth read bytes,48\r\nEND\r\n");
        foreach (string what in (string[])["username", "password"])
            _daemon.On(what, $"SUCCESS: 'Auth' {what} entered, but not yet verified\r\n");
        _daemon.On("needok", "SUCCESS: 'token-insertion-request' needok-confirmation entered, but not yet verified\r\n");
        _daemon.On("needstr", "SUCCESS: 'pkcs11-id-request' needstr-string entered, but not yet verified\r\n");
        _daemon.On("remote", "SUCCESS: remote command succeeded\r\n");
        _daemon.On("proxy", "SUCCESS: proxy command succeeded\r\n");
        _daemon.On("cr-response", "SUCCESS: command succeeded\r\n");
    }

    private async Task DialAsync()
    {
        await UntilAsync(s => s.Connection.Stage is ConnectionStage.Found);
        await _daemon.DialAsync(Socket, Cancel);
    }

    /// <summary>Lets a client that is starting ask right after its greeting.</summary>
    private async Task<DaemonQuestion> AskedAsync(string wire)
    {
        BeClient("2000,CONNECTING,,,,,,");
        _daemon.AfterGreeting = wire;
        await DialAsync();
        return Assert.Single((await UntilAsync(s => !s.Questions.IsEmpty)).Questions);
    }

    private Task<OperationResult> AnswerAsync(DaemonQuestion question, QuestionAnswer answer) =>
        _session.ExecuteAsync((turn, token) => turn.AnswerAsync(question.Id, answer, token), Cancel).WaitAsync(TestWait.Limit, Cancel);

    private async Task HeardAsync(string command) => await _daemon.HeardAsync(command, Cancel).WaitAsync(TestWait.Limit, Cancel);

    private Task<ServerSnapshot> UntilAsync(Func<ServerSnapshot, bool> condition) =>
        TestWait.ReadAsync(() => Task.FromResult(_live.Find("lyon")!), condition);
}
