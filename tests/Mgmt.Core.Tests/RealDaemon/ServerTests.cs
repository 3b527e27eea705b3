using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;
using Mgmt.Core.Status;

namespace Mgmt.Core.Tests.RealDaemon;

/// <summary>Every command that a server can run, on a real one.</summary>
public sealed class ServerTests
{
    private static readonly ClientId s_nobody = new(4_000_000);

    private readonly CancellationToken _cancel = Limits.Token();

    [Fact]
    public async Task A_server_answers_every_general_command()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using Managed server = await lab.StartServer("echo msg Hello%2C world", "echo setenv A b", "hand-window 5").ConnectAsync(_cancel);
        ManagementConnection connection = server.Connection;
        await connection.StartStateEventsAsync(cancellationToken: _cancel);
        await UntilConnectedAsync(server);

        VersionReply version = await connection.GetVersionAsync(_cancel);
        Assert.Equal((2, 6), (version.Release!.Major, version.Release.Minor));
        Assert.Equal(connection.InterfaceVersion, version.ManagementVersion);
        Assert.True(await connection.GetPidAsync(_cancel) > 1);
        Assert.Contains(await connection.GetHelpAsync(_cancel), line => line.StartsWith("client-kill ", StringComparison.Ordinal));
        Assert.Null(await connection.SetClientVersionAsync(3, _cancel));

        Assert.Equal("verb level changed", await connection.SetVerbAsync(4, _cancel));
        Assert.Equal(4, await connection.GetVerbAsync(_cancel));
        Assert.Equal("mute level changed", await connection.SetMuteAsync(7, _cancel));
        Assert.Equal(7, await connection.GetMuteAsync(_cancel));
        await connection.SetMuteAsync(0, _cancel);
        await Assert.ThrowsAsync<ManagementCommandException>(() => connection.SetVerbAsync(99, _cancel));
        Assert.Equal("verb level changed", await connection.SetVerbAsync(3, _cancel));

        Assert.Equal(DaemonState.Connected, (await connection.GetStateAsync(_cancel))!.Kind);
        Assert.Equal("10.81.0.1", (await connection.GetStateHistoryAsync(1, _cancel))[0].TunnelAddress);
        Assert.Contains(await connection.GetStateHistoryAsync(cancellationToken: _cancel), state => state.Kind == DaemonState.AssignIp);
        Assert.Equal("real-time state notification set to OFF", await connection.SetStateEventsAsync(on: false, _cancel));

        Assert.Equal(["msg Hello%2C world", "setenv A b"], (await connection.GetEchoAsync(cancellationToken: _cancel)).Select(echo => echo.Text));
        Assert.Equal(2, (await connection.StartEchoEventsAsync(cancellationToken: _cancel)).Count);
        Assert.Equal("real-time echo notification set to OFF", await connection.SetEchoEventsAsync(on: false, _cancel));

        Assert.NotEmpty(await connection.GetLogAsync(5, _cancel));
        Assert.NotEmpty(await connection.StartLogEventsAsync(cancellationToken: _cancel));
        await connection.GetPidAsync(_cancel);
        Assert.Equal("MANAGEMENT: CMD 'pid'", (await server.NextAsync<ManagementEvent.Log>(_cancel, log => log.Flags == LogFlags.Debug && log.Text.Contains("'pid'", StringComparison.Ordinal))).Text);
        Assert.Equal("real-time log notification set to OFF", await connection.SetLogEventsAsync(on: false, _cancel));

        Assert.False(await connection.GetHoldAsync(_cancel));
        Assert.Equal("hold flag set to ON", await connection.SetHoldAsync(hold: true, _cancel));
        Assert.True(await connection.GetHoldAsync(_cancel));
        Assert.Equal("hold flag set to OFF", await connection.SetHoldAsync(hold: false, _cancel));
        Assert.Equal("hold release succeeded", await connection.ReleaseHoldAsync(_cancel));

        Assert.Equal(AuthRetry.None, await connection.GetAuthRetryAsync(_cancel));
        Assert.Equal("auth-retry parameter changed", await connection.SetAuthRetryAsync(AuthRetry.NoInteract, _cancel));
        Assert.Equal(AuthRetry.NoInteract, await connection.GetAuthRetryAsync(_cancel));
        Assert.Equal("bad auth-retry parameter", (await connection.SendRawAsync("auth-retry nonsense", _cancel)).Text);
        Assert.Equal("Passwords were forgotten", await connection.ForgetPasswordsAsync(_cancel));
        Assert.Equal("bytecount interval changed", await connection.SetByteCountIntervalAsync(TimeSpan.FromSeconds(1), _cancel));
        Assert.Equal(new LoadStats(0, 0, 0), await connection.GetLoadStatsAsync(_cancel));
        Assert.Equal(0, await connection.GetClientCountAsync(_cancel));
        Assert.Equal(3, (await connection.TestAsync(3, _cancel)).Count);
        Assert.Empty(await connection.TestAsync(0, _cancel));
        Assert.Contains("only implemented on Windows", (await Assert.ThrowsAsync<ManagementCommandException>(() => connection.GetNetworkAsync(_cancel))).Message, StringComparison.Ordinal);
        Assert.Equal("env_filter_level=1", await connection.SetEnvironmentFilterAsync(1, _cancel));
        Assert.Equal("env_filter_level=0", await connection.SetEnvironmentFilterAsync(0, _cancel));
        await Assert.ThrowsAsync<ManagementCommandException>(() => connection.ReportNetworkChangeAsync(cancellationToken: _cancel));
        Assert.Equal(0, await connection.GetPkcs11CountAsync(_cancel));
        Assert.Null((await connection.GetPkcs11EntryAsync(0, _cancel)).Id);
        Assert.Equal(0, connection.MalformedLines);
    }

    [Fact]
    public async Task What_a_server_refuses_is_an_error_with_its_words_and_costs_nothing()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using Managed server = await lab.StartServer("management-client-auth").ConnectAsync(_cancel);
        ManagementConnection connection = server.Connection;
        await connection.StartStateEventsAsync(cancellationToken: _cancel);
        await UntilConnectedAsync(server);
        var key = new KeyId(0);

        Func<Task>[] refused =
        [
            () => connection.KillClientAsync(s_nobody, "HALT,\"quoted\" \\ text", _cancel),
            () => connection.KillByNameAsync("nobody \"at\" all", _cancel),
            () => connection.KillByAddressAsync("192.0.2.1:1194", _cancel),
            () => connection.ApproveClientAsync(s_nobody, key, _cancel),
            () => connection.ApproveClientAsync(s_nobody, key, ["push \"route 192.0.2.0 255.255.255.0\""], _cancel),
            () => connection.DenyClientAsync(s_nobody, key, "no", "go 'away'", _cancel),
            () => connection.DeferClientAsync(s_nobody, key, new PendingAuthRequest.WebAuth("https://example.net/"), TimeSpan.FromSeconds(10), _cancel),
            () => connection.PushUpdateAsync("dns", _cancel),
            () => connection.PushUpdateAsync(s_nobody, "dns", _cancel),
            () => connection.SetPacketFilterAsync(s_nobody, ["[CLIENTS ACCEPT]"], _cancel),
            () => connection.SendUsernameAsync("Auth", "x", _cancel),
            () => connection.SendPasswordAsync("Auth", "", _cancel),
            () => connection.SendNeedOkAsync("x", confirm: true, _cancel),
            () => connection.SendNeedStringAsync("x", "y", _cancel),
            () => connection.SendSignatureAsync(new byte[300], _cancel),
            () => connection.SendRsaSignatureAsync(new byte[300], _cancel),
            () => connection.SendCertificateAsync("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", _cancel),
            () => connection.AcceptRemoteAsync(_cancel),
            () => connection.SkipRemoteAsync(2, _cancel),
            () => connection.ChangeRemoteAsync("h", 1, _cancel),
            () => connection.GetRemoteCountAsync(_cancel),
            () => connection.GetRemotesAsync(5, 6, _cancel),
        ];
        foreach (Func<Task> command in refused)
        {
            await Assert.ThrowsAnyAsync<ManagementCommandException>(command);
            Assert.True(await connection.GetPidAsync(_cancel) > 1); // the next reply is the next command's
        }

        Assert.Equal(0, connection.MalformedLines);
    }

    [Fact]
    public async Task A_client_is_let_in_with_options_of_its_own_and_its_traffic_is_counted()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using Managed server = await lab.StartServer("management-client-auth", "auth-user-pass-optional").ConnectAsync(_cancel);
        ManagementConnection connection = server.Connection;
        await connection.SetByteCountIntervalAsync(TimeSpan.FromSeconds(1), _cancel);
        await using Managed client = await lab.StartClient("client", "alice").ConnectAsync(_cancel);

        ManagementEvent.ClientConnect connect = await server.NextAsync<ManagementEvent.ClientConnect>(_cancel);
        Assert.Equal("client-auth command succeeded", await connection.ApproveClientAsync(connect.Client, connect.Key, ["ifconfig-push 10.81.0.77 255.255.255.0", "push \"echo msg for%2C you\""], _cancel));
        ManagementEvent.ClientAddress address = await server.NextAsync<ManagementEvent.ClientAddress>(_cancel);
        ManagementEvent.ClientEstablished established = await server.NextAsync<ManagementEvent.ClientEstablished>(_cancel);
        ManagementEvent.ByteCounts counts = await server.NextAsync<ManagementEvent.ByteCounts>(_cancel);

        Assert.Equal(("alice", "127.0.0.1"), (connect.Environment.CommonName, connect.Environment.RealAddress));
        Assert.Equal(new ManagementEvent.ClientAddress(connect.Client, "10.81.0.77", IsPrimary: true), address);
        Assert.Equal("10.81.0.77", established.Environment.VirtualAddress);
        Assert.Equal(connect.Client, Assert.Single(counts.Counts).Client);
        Assert.Equal(1, await connection.GetClientCountAsync(_cancel));
        Assert.True((await connection.GetLoadStatsAsync(_cancel)).BytesIn > 0);
        foreach (StatusVersion version in Enum.GetValues<StatusVersion>())
        {
            StatusReply status = await connection.GetStatusAsync(version, _cancel);
            Assert.Equal("alice", Assert.Single(status.Clients).CommonName);
            Assert.Equal("10.81.0.77", Assert.Single(status.Routes).Address);
        }

        await UntilEchoAsync(client, "msg for%2C you");
    }

    [Fact]
    public async Task A_client_is_denied_and_told_why()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using Managed server = await lab.StartServer("management-client-auth", "auth-user-pass-optional").ConnectAsync(_cancel);
        await using Managed client = await lab.StartClient("client", "mallory", "management-query-passwords").ConnectAsync(_cancel);

        ManagementEvent.ClientConnect connect = await server.NextAsync<ManagementEvent.ClientConnect>(_cancel);
        Assert.Equal("client-deny command succeeded", await server.Connection.DenyClientAsync(connect.Client, connect.Key, "log \"reason\" \\ here", "Not 'today', \"friend\"", _cancel));

        ManagementEvent.PasswordRefused refused = await client.NextAsync<ManagementEvent.PasswordRefused>(_cancel);
        Assert.Equal("Not 'today', \"friend\"", refused.Reason);
    }

    [Fact]
    public async Task A_client_is_deferred_answers_and_is_let_in()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using Managed server = await lab.StartServer("management-client-auth", "auth-user-pass-optional").ConnectAsync(_cancel);
        await using Managed client = await lab.StartClient("client", "alice", "setenv IV_SSO crtext", "push-peer-info").ConnectAsync(_cancel);
        await client.Connection.StartStateEventsAsync(cancellationToken: _cancel);

        ManagementEvent.ClientConnect connect = await server.NextAsync<ManagementEvent.ClientConnect>(_cancel);
        Assert.Contains("crtext", connect.Environment.SingleSignOnMethods);
        Assert.Equal("client-pending-auth command succeeded", await server.Connection.DeferClientAsync(connect.Client, connect.Key, new PendingAuthRequest.CrText("Your \"code\", please: now"), TimeSpan.FromSeconds(30), _cancel));
        ManagementEvent.InfoMessage message = await client.NextAsync<ManagementEvent.InfoMessage>(_cancel);
        Assert.Equal(new PendingAuthRequest.CrText("Your \"code\", please: now"), message.GetRequest());
        await client.Connection.SendChallengeResponseAsync("grün 42", _cancel);
        ManagementEvent.ClientCrResponse response = await server.NextAsync<ManagementEvent.ClientCrResponse>(_cancel);
        Assert.Equal("grün 42", response.GetText());
        await server.Connection.ApproveClientAsync(response.Client, response.Key, _cancel);

        await server.NextAsync<ManagementEvent.ClientEstablished>(_cancel);
    }

    [Fact]
    public async Task A_client_that_is_killed_hears_it_and_comes_back_as_somebody_new()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using Managed server = await lab.StartServer().ConnectAsync(_cancel);
        await using Managed client = await lab.StartClient("client", "alice").ConnectAsync(_cancel);
        ManagementEvent.ClientEstablished first = await server.NextAsync<ManagementEvent.ClientEstablished>(_cancel);

        Assert.Equal("client-kill command succeeded", await server.Connection.KillClientAsync(first.Client, "RESTART,be \"back\"", _cancel));
        ManagementEvent.Notify notify = await client.NextAsync<ManagementEvent.Notify>(_cancel);
        ManagementEvent.ClientEstablished second = await server.NextAsync<ManagementEvent.ClientEstablished>(_cancel);
        KillReply killed = await server.Connection.KillByNameAsync("alice", _cancel);

        Assert.Equal(("server-pushed-connection-reset", "be \"back\""), (notify.What, notify.Text));
        Assert.NotEqual(first.Client, second.Client);
        Assert.True(killed.Clients >= 1);
        Assert.StartsWith("common name 'alice' found, ", killed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_is_killed_by_its_address()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using Managed server = await lab.StartServer().ConnectAsync(_cancel);
        await using Managed client = await lab.StartClient("client", "alice").ConnectAsync(_cancel);
        await server.NextAsync<ManagementEvent.ClientEstablished>(_cancel);
        StatusReply status = await server.Connection.GetStatusAsync(cancellationToken: _cancel);

        KillReply killed = await server.Connection.KillByAddressAsync(status.Clients[0].RealAddress.Text, _cancel);

        Assert.Equal(1, killed.Clients);
    }

    [Fact]
    public async Task Restarts_begin_with_Reconnecting_and_the_connection_lives_on()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        Daemon daemon = lab.StartServer();
        await using Managed server = await daemon.ConnectAsync(_cancel);
        await server.Connection.StartStateEventsAsync(cancellationToken: _cancel);
        await UntilConnectedAsync(server);
        Assert.Equal("signal SIGUSR2 thrown", await server.Connection.SignalAsync(ManagementSignal.User2, _cancel));
        Assert.Equal("signal SIGUSR1 thrown", await server.Connection.SignalAsync(ManagementSignal.User1, _cancel));
        Assert.Equal("SIGUSR1", (await server.NextAsync<ManagementEvent.State>(_cancel, state => state.Kind == DaemonState.Reconnecting)).Detail);
        await server.NextAsync<ManagementEvent.State>(_cancel, state => state.Kind == DaemonState.Connected);

        await server.Connection.SetHoldAsync(hold: true, _cancel);
        Assert.Equal("signal SIGHUP thrown", await server.Connection.SignalAsync(ManagementSignal.Hangup, _cancel));
        Assert.NotNull((await server.NextAsync<ManagementEvent.Hold>(_cancel)).Wait);
        Assert.True((await server.Connection.SendRawAsync("status 3", _cancel)).IsError); // not while it holds
        Assert.True((await server.Connection.SendRawAsync("signal SIGUSR1", _cancel)).IsError);
        Assert.Empty(await server.Connection.TestAsync(0, _cancel)); // the fence is answered also while it holds
        await server.Connection.ReleaseHoldAsync(_cancel);
        await server.NextAsync<ManagementEvent.State>(_cancel, state => state.Kind == DaemonState.Connected);

        Assert.Equal("signal SIGTERM thrown", await server.Connection.SignalAsync(ManagementSignal.Terminate, _cancel));
        await server.NextAsync<ManagementEvent.State>(_cancel, state => state.Kind == DaemonState.Exiting);
        await Assert.ThrowsAsync<ManagementClosedException>(() => server.Connection.Completion.WaitAsync(_cancel));
        await daemon.ExitedAsync(_cancel);
        Assert.Equal(0, server.Connection.MalformedLines);
    }

    [Fact]
    public async Task Names_that_look_like_the_protocol_are_names()
    {
        string[] names = ["END", "SUCCESS: x", ">LOG:", "WEEKEND", "a,b", string.Concat(Enumerable.Repeat("é", 32)), "<b>x</b>"];
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using Managed server = await lab.StartServer("duplicate-cn").ConnectAsync(_cancel);
        for (int i = 0; i < names.Length; i++)
            lab.StartClient($"client{i}", names[i]);
        for (int i = 0; i < names.Length; i++)
            await server.NextAsync<ManagementEvent.ClientEstablished>(_cancel);

        foreach (StatusVersion version in (StatusVersion[])[StatusVersion.One, StatusVersion.Two, StatusVersion.Three])
        {
            StatusReply status = await server.Connection.GetStatusAsync(version, _cancel);
            Assert.Equal(names.Order(StringComparer.Ordinal), status.Clients.Select(client => client.CommonName).Order(StringComparer.Ordinal));
            Assert.Equal(names.Order(StringComparer.Ordinal), status.Routes.Select(route => route.CommonName).Order(StringComparer.Ordinal));
            Assert.Empty(status.MalformedRows);
        }

        foreach (string name in names.Where(name => !name.Contains(':', StringComparison.Ordinal)))
            Assert.Equal($"common name '{name}' found, 1 client(s) killed", (await server.Connection.KillByNameAsync(name, _cancel)).Text);
        Assert.Equal(0, server.Connection.MalformedLines);
    }

    [Fact]
    public async Task A_name_of_64_multibyte_characters_does_no_harm()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using Managed server = await lab.StartServer("management-client-auth", "auth-user-pass-optional").ConnectAsync(_cancel);
        lab.StartClient("long", string.Concat(Enumerable.Repeat("日", 64)));
        lab.StartClient("client", "alice");

        // What OpenVPN makes of 192 bytes is its own affair; the other client and we go on.
        while (true)
        {
            ManagementEvent.ClientConnect connect = await server.NextAsync<ManagementEvent.ClientConnect>(_cancel);
            await server.Connection.ApproveClientAsync(connect.Client, connect.Key, _cancel);
            if (connect.Environment.CommonName == "alice")
                break;
        }

        StatusReply status = await server.Connection.GetStatusAsync(cancellationToken: _cancel);
        Assert.Contains(status.Clients, client => client.CommonName == "alice");
        Assert.Equal(0, server.Connection.MalformedLines);
    }

    [Fact]
    public async Task A_user_name_that_cuts_the_status_off_is_survived()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await File.WriteAllTextAsync(lab.PathOf("up"), new string('u', 450) + "\npw\n", _cancel);
        await using Managed server = await lab.StartServer("management-client-auth").ConnectAsync(_cancel);
        await using Managed client = await lab.StartClient("client", "alice", $"auth-user-pass {lab.PathOf("up")}").ConnectAsync(_cancel);
        ManagementEvent.ClientConnect connect = await server.NextAsync<ManagementEvent.ClientConnect>(_cancel);
        await server.Connection.ApproveClientAsync(connect.Client, connect.Key, _cancel);
        await server.NextAsync<ManagementEvent.ClientEstablished>(_cancel);

        StatusReply cut = await server.Connection.GetStatusAsync(cancellationToken: _cancel);
        StatusReply whole = await server.Connection.GetStatusAsync(StatusVersion.One, _cancel);

        Assert.False(cut.IsComplete);
        Assert.Empty(cut.Clients);
        Assert.True(whole.IsComplete);
        Assert.All(whole.Clients, row => Assert.Equal("alice", row.CommonName));
        Assert.NotEmpty(whole.Clients);
        Assert.Equal("pw", connect.Environment.Password);
    }

    [Fact]
    public async Task Every_parameter_arrives_as_exactly_one_parameter()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using Managed server = await lab.StartServer().ConnectAsync(_cancel);
        var random = new Random(20261120);
        const string alphabet = "ab \"'\\#;<>,:=%$&|`*?()[]{}!~^END é日😀\u202e\u0080";
        List<string> parameters = ["", " ", "\"", "'", "\\", "\\\\\"", "#", ";x", "a\\", "END", new string('"', 256), new string('\\', 256), new string('x', 256), new string('é', 128)];
        for (int i = 0; i < 500; i++)
            parameters.Add(string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Rune(alphabet, random))));

        foreach (string parameter in parameters)
        {
            // The one command that says back what it was given, and does nothing.
            ManagementReply reply = await server.Connection.SendAsync(new CommandLine("signal").Add(parameter), ReplyShape.Line, _cancel);
            Assert.Equal($"signal '{parameter}' is not a known signal type", reply.Text);
        }

        // And exactly one command: the daemon writes down each that it runs.
        Assert.True(await server.Connection.GetPidAsync(_cancel) > 1);
        Assert.Equal(0, server.Connection.MalformedLines);
    }

    private static string Rune(string alphabet, Random random)
    {
        System.Text.Rune[] runes = [.. alphabet.EnumerateRunes()];
        return runes[random.Next(runes.Length)].ToString();
    }

    private async Task UntilConnectedAsync(Managed server)
    {
        if ((await server.Connection.GetStateAsync(_cancel))?.Kind != DaemonState.Connected)
            await server.NextAsync<ManagementEvent.State>(_cancel, state => state.Kind == DaemonState.Connected);
    }

    private async Task UntilEchoAsync(Managed client, string text)
    {
        if ((await client.Connection.StartEchoEventsAsync(cancellationToken: _cancel)).All(echo => echo.Text != text))
            await client.NextAsync<ManagementEvent.Echo>(_cancel, echo => echo.Text == text);
    }
}
