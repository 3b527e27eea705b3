using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;
using Tests.Shared;

namespace Mgmt.Core.Tests.Commands;

public sealed class AnswersTests : IAsyncDisposable
{
    private readonly FakeOpenVpnServer _server = new();
    private readonly CancellationToken _cancel = Limits.Token();

    public AnswersTests()
    {
        foreach (string command in (string[])["username", "password", "needok", "needstr", "remote", "proxy", "cr-response", "client-pending-auth", "client-deny"])
            _server.On(command, $"SUCCESS: {command}\r\n");
    }

    [Theory]
    [InlineData(">PASSWORD:Need 'Auth' username/password", "username Auth \"me \\\"too\\\"\"", "password Auth \"p w\"")]
    [InlineData(">PASSWORD:Need 'Private Key' password", "password \"Private Key\" \"p w\"", null)]
    [InlineData(">PASSWORD:Need 'Auth' username", "username Auth \"me \\\"too\\\"\"", null)]
    [InlineData(">PASSWORD:Need 'Auth' username/password SC:1,Your PIN, please", "username Auth \"me \\\"too\\\"\"", "password Auth SCRV1:cCB3:MTIz")]
    [InlineData(">PASSWORD:Need 'Auth' username/password SC:3,PIN", "username Auth \"me \\\"too\\\"\"", "password Auth \"p w123\"")]
    public async Task A_question_for_credentials_is_answered_with_what_it_wants(string question, string first, string? second)
    {
        await using ManagementConnection connection = await OpenAsync();
        var needed = Assert.IsType<ManagementEvent.PasswordNeeded>(Parse(question));

        await needed.AnswerAsync(connection, "me \"too\"", "p w", "123", _cancel);

        Assert.Equal(first, await _server.HeardAsync(_cancel));
        if (second is not null)
            Assert.Equal(second, await _server.HeardAsync(_cancel));
    }

    [Fact]
    public async Task A_dynamic_challenge_is_answered_at_the_next_question()
    {
        await using ManagementConnection connection = await OpenAsync();
        var refused = Assert.IsType<ManagementEvent.PasswordRefused>(Parse(">PASSWORD:Verification Failed: 'Auth' ['CRV1:R,E:state-1:bWU=:What's \"it\", then: now?']"));
        DynamicChallenge challenge = refused.GetChallenge()!;
        var needed = Assert.IsType<ManagementEvent.PasswordNeeded>(Parse(">PASSWORD:Need 'Auth' username/password"));

        await needed.AnswerAsync(connection, challenge, "42", _cancel);

        Assert.Equal(new DynamicChallenge("state-1", "me", "What's \"it\", then: now?", NeedsResponse: true, Echo: true), challenge);
        Assert.Equal("username Auth me", await _server.HeardAsync(_cancel));
        Assert.Equal("password Auth CRV1::state-1::42", await _server.HeardAsync(_cancel));
    }

    [Fact]
    public async Task A_missing_answer_is_noticed_before_anything_is_sent()
    {
        await using ManagementConnection connection = await OpenAsync();
        var needed = new ManagementEvent.PasswordNeeded("Auth", NeedsUsername: true, NeedsPassword: true, new StaticChallenge("PIN", Echo: false, Concatenate: false));

        await Assert.ThrowsAsync<ArgumentException>(() => needed.AnswerAsync(connection, "me", "pw", cancellationToken: _cancel));
    }

    [Fact]
    public async Task Questions_of_all_kinds_know_their_commands()
    {
        await using ManagementConnection connection = await OpenAsync();
        await ((ManagementEvent.NeedOk)Parse(">NEED-OK:Need 'token-insertion-request' confirmation MSG:Please insert x")).AnswerAsync(connection, confirm: false, _cancel);
        await ((ManagementEvent.NeedString)Parse(">NEED-STR:Need 'pkcs11-id-request' string MSG:Which?")).AnswerAsync(connection, "a\\b", _cancel);
        var remote = (ManagementEvent.RemoteQuery)Parse(">REMOTE:vpn.example.net,1194,udp");
        await remote.AcceptAsync(connection, _cancel);
        await remote.SkipAsync(connection, _cancel);
        await remote.ChangeAsync(connection, "2001:db8::1", 443, _cancel);
        var proxy = (ManagementEvent.ProxyQuery)Parse(">PROXY:1,TCP,vpn.example.net");
        await proxy.UseNoneAsync(connection, _cancel);
        await proxy.UseHttpAsync(connection, "proxy", 8080, noClearText: true, _cancel);
        await proxy.UseSocksAsync(connection, "proxy", 1080, _cancel);
        await connection.SendChallengeResponseAsync("grün", _cancel);

        Assert.Equal(
            [
                "needok token-insertion-request cancel",
                "needstr pkcs11-id-request \"a\\\\b\"",
                "remote ACCEPT",
                "remote SKIP",
                "remote MOD 2001:db8::1 443",
                "proxy NONE",
                "proxy HTTP proxy 8080 nct",
                "proxy SOCKS proxy 1080",
                "cr-response Z3LDvG4=",
            ],
            await HeardAsync(9));
    }

    [Theory]
    [InlineData(3, "client-pending-auth 7 CR_TEXT:R,E:Code?")]
    [InlineData(4, "client-pending-auth 7 CR_TEXT:R,E:Code? 60")]
    [InlineData(5, "client-pending-auth 7 2 CR_TEXT:R,E:Code? 60")]
    [InlineData(6, "client-pending-auth 7 2 CR_TEXT:R,E:Code? 60")]
    public async Task A_client_is_deferred_with_the_parameters_of_its_daemons_release(int interfaceVersion, string command)
    {
        _server.Greeting = $">INFO:OpenVPN Management Interface Version {interfaceVersion} -- type 'help' for more info\r\n";
        await using ManagementConnection connection = await OpenAsync();

        await connection.DeferClientAsync(new ClientId(7), new KeyId(2), new PendingAuthRequest.CrText("Code?", Echo: true), TimeSpan.FromMinutes(1), _cancel);

        Assert.Equal(command.Replace("CR_TEXT:R,E:Code?", "\"CR_TEXT:R,E:Code?\"", StringComparison.Ordinal), await _server.HeardAsync(_cancel));
    }

    [Theory]
    [InlineData("WEB_AUTH::https://example.net/a:b?c=d")]
    [InlineData("WEB_AUTH:hidden,external:https://example.net/")]
    [InlineData("OPEN_URL:https://example.net:8443/x")]
    [InlineData("CR_TEXT:R:Your code: now")]
    [InlineData("CR_TEXT::Just wait")]
    [InlineData("SOMETHING:new")]
    public void A_pending_request_reads_what_it_writes(string text) => Assert.Equal(text, PendingAuthRequest.Parse(text).ToString());

    [Fact]
    public async Task A_password_block_is_never_sent_to_a_daemon_that_would_log_it()
    {
        await using ManagementConnection connection = await OpenAsync();

        await Assert.ThrowsAsync<NotSupportedException>(() => connection.SendPasswordBlockAsync("Auth", new byte[10], _cancel));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static ManagementEvent Parse(string line) => EventParser.Parse(line[1..]);

    private async Task<List<string>> HeardAsync(int count)
    {
        var heard = new List<string>();
        while (heard.Count < count)
            heard.Add(await _server.HeardAsync(_cancel));
        return heard;
    }

    private Task<ManagementConnection> OpenAsync() => ManagementConnection.OpenAsync(_server.Connect(), cancellationToken: _cancel);
}
