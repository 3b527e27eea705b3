using System.Security.Cryptography;
using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Echo;
using Mgmt.Core.Events;
using Mgmt.Core.Status;

namespace Mgmt.Core.Tests.RealDaemon;

/// <summary>Every command that a client can run, on a real one with a real server.</summary>
public sealed class ClientTests
{
    private readonly CancellationToken _cancel = Limits.Token();

    [Fact]
    public async Task A_client_gives_its_credentials_also_when_they_need_quoting()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using Managed server = await lab.StartServer("management-client-auth").ConnectAsync(_cancel);
        await using Managed client = await lab.StartClient("client", "alice", "auth-user-pass", "management-query-passwords").ConnectAsync(_cancel);

        ManagementEvent.PasswordNeeded needed = await client.NextAsync<ManagementEvent.PasswordNeeded>(_cancel);
        await Assert.ThrowsAsync<ManagementCommandException>(() => client.Connection.SendPasswordAsync("Private Key", "x", _cancel));
        string text = await needed.AnswerAsync(client.Connection, "me \"and\" \\ you", "p'w\" \\é #;", cancellationToken: _cancel);
        ManagementEvent.ClientConnect connect = await server.NextAsync<ManagementEvent.ClientConnect>(_cancel);

        Assert.Equal("'Auth' password entered, but not yet verified", text);
        Assert.Equal(("me \"and\" \\ you", "p'w\" \\é #;"), (connect.Environment.Username, connect.Environment.Password));
    }

    [Fact]
    public async Task A_dynamic_challenge_goes_round()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using Managed server = await lab.StartServer("management-client-auth").ConnectAsync(_cancel);
        await using Managed client = await lab.StartClient("client", "alice", "auth-user-pass", "management-query-passwords", "auth-retry interact").ConnectAsync(_cancel);
        ManagementEvent.PasswordNeeded first = await client.NextAsync<ManagementEvent.PasswordNeeded>(_cancel);
        await first.AnswerAsync(client.Connection, "me", "pw", cancellationToken: _cancel);
        ManagementEvent.ClientConnect connect = await server.NextAsync<ManagementEvent.ClientConnect>(_cancel);

        await server.Connection.DenyClientAsync(connect.Client, connect.Key, "challenge", "CRV1:R,E:state-7:bWU=:Your code, \"please\": now", _cancel);
        ManagementEvent.PasswordRefused refused = await client.NextAsync<ManagementEvent.PasswordRefused>(_cancel);
        DynamicChallenge challenge = refused.GetChallenge()!;
        ManagementEvent.PasswordNeeded second = await client.NextAsync<ManagementEvent.PasswordNeeded>(_cancel);
        await second.AnswerAsync(client.Connection, challenge, "4711", _cancel);
        ManagementEvent.ClientConnect again = await server.NextAsync<ManagementEvent.ClientConnect>(_cancel);

        Assert.Equal("Your code, \"please\": now", challenge.Text);
        Assert.Equal(("me", "CRV1::state-7::4711"), (again.Environment.Username, again.Environment.Password));
    }

    [Fact]
    public async Task A_static_challenge_goes_with_the_password()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using Managed server = await lab.StartServer("management-client-auth").ConnectAsync(_cancel);
        await using Managed client = await lab.StartClient("client", "alice", "auth-user-pass", "management-query-passwords", "static-challenge \"PIN, please\" 1").ConnectAsync(_cancel);

        ManagementEvent.PasswordNeeded needed = await client.NextAsync<ManagementEvent.PasswordNeeded>(_cancel);
        await needed.AnswerAsync(client.Connection, "me", "pw", "123", _cancel);
        ManagementEvent.ClientConnect connect = await server.NextAsync<ManagementEvent.ClientConnect>(_cancel);

        Assert.Equal(new StaticChallenge("PIN, please", Echo: true, Concatenate: false), needed.Challenge);
        Assert.Equal("SCRV1:cHc=:MTIz", connect.Environment.Password);
    }

    [Fact]
    public async Task A_client_asks_where_to_go()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        lab.StartServer();
        await using Managed client = await lab.StartClient("client", "alice", "remote 192.0.2.1 1 udp4", "remote ::1 1195 tcp6-client", "management-query-remote").ConnectAsync(_cancel);
        await client.Connection.StartStateEventsAsync(cancellationToken: _cancel);

        Assert.Equal(3, await client.Connection.GetRemoteCountAsync(_cancel));
        IReadOnlyList<RemoteEntry> all = await client.Connection.GetRemotesAsync(cancellationToken: _cancel);
        Assert.Equal(("127.0.0.1", "1194", true), (all[0].Host, all[0].Port, all[0].IsEnabled));
        Assert.Equal(all.Skip(1).Take(1), await client.Connection.GetRemotesAsync(1, cancellationToken: _cancel));
        Assert.Equal(all.Take(2), await client.Connection.GetRemotesAsync(0, 2, _cancel));
        Assert.Empty(await client.Connection.GetRemotesAsync(7, 8, _cancel));

        Assert.Equal("127.0.0.1", (await client.NextAsync<ManagementEvent.RemoteQuery>(_cancel)).Host);
        Assert.True((await client.Connection.SendRawAsync("remote accept", _cancel)).IsError);
        await client.Connection.SkipRemoteAsync(2, _cancel);
        Assert.Equal("::1", (await client.NextAsync<ManagementEvent.RemoteQuery>(_cancel)).Host);
        ManagementEvent.RemoteQuery next = new("", "", "");
        await client.Connection.SkipRemoteAsync(cancellationToken: _cancel);
        next = await client.NextAsync<ManagementEvent.RemoteQuery>(_cancel);
        Assert.Equal("remote command succeeded", await next.AcceptAsync(client.Connection, _cancel));
        await client.NextAsync<ManagementEvent.State>(_cancel, state => state.Kind == DaemonState.Connected);

        await client.Connection.SignalAsync(ManagementSignal.User1, _cancel);
        next = await client.NextAsync<ManagementEvent.RemoteQuery>(_cancel);
        await next.ChangeAsync(client.Connection, "127.0.0.1", 1194, _cancel);
        await client.NextAsync<ManagementEvent.State>(_cancel, state => state.Kind == DaemonState.Connected);
    }

    [Fact]
    public async Task A_client_asks_through_which_proxy()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        lab.StartServer("proto tcp4-server");
        await using Managed client = await lab.StartClient("client", "alice", "proto tcp4-client", "management-query-proxy").ConnectAsync(_cancel);
        await client.Connection.StartStateEventsAsync(cancellationToken: _cancel);

        ManagementEvent.ProxyQuery query = await client.NextAsync<ManagementEvent.ProxyQuery>(_cancel);
        Assert.Equal("proxy command succeeded", await query.UseHttpAsync(client.Connection, "127.0.0.1", 9, noClearText: true, _cancel));
        query = await client.NextAsync<ManagementEvent.ProxyQuery>(_cancel);
        await query.UseSocksAsync(client.Connection, "127.0.0.1", 9, _cancel);
        query = await client.NextAsync<ManagementEvent.ProxyQuery>(_cancel);
        await query.UseNoneAsync(client.Connection, _cancel);

        await client.NextAsync<ManagementEvent.State>(_cancel, state => state.Kind == DaemonState.Connected);
        Assert.Equal(("TCP", "127.0.0.1"), (query.Protocol, query.Host));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_client_whose_key_and_certificate_are_kept_outside_connects(int version)
    {
        (string certificate, string keyPem) = Authority.Instance.Issue("outsider");
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(keyPem);
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using Managed server = await lab.StartServer().ConnectAsync(_cancel);
        await using Managed client = await lab.StartClient("client", "unused", "management-hold", "management-external-key pkcs1 pss", "management-external-cert outside").ConnectAsync(_cancel);
        await client.Connection.SetClientVersionAsync(version, _cancel);
        await client.Connection.ReleaseHoldAsync(_cancel);

        ManagementEvent.NeedCertificate needed = await client.NextAsync<ManagementEvent.NeedCertificate>(_cancel);
        Assert.Equal("certificate command succeeded", await needed.AnswerAsync(client.Connection, certificate, _cancel));
        ManagementEvent.SignRequest request = await client.NextAsync<ManagementEvent.SignRequest>(_cancel);
        byte[] signature = key.SignHash(request.GetData(), DSASignatureFormat.Rfc3279DerSequence);
        string text = await request.AnswerAsync(client.Connection, signature, _cancel);
        ManagementEvent.ClientEstablished established = await server.NextAsync<ManagementEvent.ClientEstablished>(_cancel);

        Assert.Equal((version == 1, version == 3 ? "ECDSA" : ""), (request.IsRsaSign, request.Algorithm));
        Assert.Equal(version == 1 ? "rsa-sign command succeeded" : "pk-sign command succeeded", text);
        Assert.Equal("outsider", established.Environment.CommonName);
    }

    [Fact]
    public async Task A_client_asks_for_the_password_of_its_key()
    {
        (_, string keyPem) = Authority.Instance.Issue("unused");
        using ECDsa key = ECDsa.Create();
        await using VpnLab lab = await VpnLab.CreateAsync();
        lab.StartServer();
        (string certificate, keyPem) = Authority.Instance.Issue("locked");
        key.ImportFromPem(keyPem);
        await File.WriteAllTextAsync(lab.PathOf("locked.crt"), certificate, _cancel);
        await File.WriteAllTextAsync(lab.PathOf("locked.key"), key.ExportEncryptedPkcs8PrivateKeyPem("op en \"sesame\"", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000)), _cancel);
        await using Managed client = await lab.Start("client", commonName: null, ["client", "dev tun", "ifconfig-noexec", "route-noexec", "remote 127.0.0.1 1194", "nobind", "management-query-passwords", $"ca {lab.PathOf("ca.pem")}", $"cert {lab.PathOf("locked.crt")}", $"key {lab.PathOf("locked.key")}"]).ConnectAsync(_cancel);
        await client.Connection.StartStateEventsAsync(cancellationToken: _cancel);

        ManagementEvent.PasswordNeeded needed = await client.NextAsync<ManagementEvent.PasswordNeeded>(_cancel);
        await needed.AnswerAsync(client.Connection, username: null, "op en \"sesame\"", cancellationToken: _cancel);

        Assert.Equal(("Private Key", false), (needed.Type, needed.NeedsUsername));
        await client.NextAsync<ManagementEvent.State>(_cancel, state => state.Kind == DaemonState.Connected);
    }

    [Fact]
    public async Task A_client_tells_what_its_scripts_would_hear_what_it_moved_and_what_was_pushed()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using Managed server = await lab.StartServer("push \"echo msg A%2C B\"", "push \"echo msg-notify Hi\"", "push \"echo setenv WHO me\"").ConnectAsync(_cancel);
        await using Managed client = await lab.StartClient("client", "alice", "management-hold", "management-up-down").ConnectAsync(_cancel);
        await client.Connection.StartStateEventsAsync(cancellationToken: _cancel);
        await client.Connection.SetEchoEventsAsync(on: true, _cancel);
        await client.Connection.SetByteCountIntervalAsync(TimeSpan.FromSeconds(1), _cancel);
        await client.NextAsync<ManagementEvent.Hold>(_cancel);
        await client.Connection.ReleaseHoldAsync(_cancel);

        await client.NextAsync<ManagementEvent.State>(_cancel, state => state.Kind == DaemonState.Connected);
        ManagementEvent.ProcessByteCount count = await client.NextAsync<ManagementEvent.ProcessByteCount>(_cancel, next => next.Received > 0);
        ManagementEvent.UpDown up = client.Seen.OfType<ManagementEvent.UpDown>().Single();
        var interpreter = new EchoInterpreter();
        List<EchoCommand> echo = [.. client.Seen.OfType<ManagementEvent.Echo>().Select(interpreter.Interpret)];
        StatusReply status = await client.Connection.GetStatusAsync(cancellationToken: _cancel);
        await client.Connection.SignalAsync(ManagementSignal.Terminate, _cancel);

        Assert.True(up.IsUp);
        Assert.Equal("init", up.Environment["script_context"]);
        Assert.Contains(new EchoCommand.Message("Hi", "A, B", IsNotification: true, IsRepeated: false), echo);
        Assert.Equal("me", interpreter.Settings.Environment["OPENVPN_WHO"]);
        Assert.True(status.Process!.TransportRead > 0 && count.Sent > 0);
        Assert.False((await client.NextAsync<ManagementEvent.UpDown>(_cancel)).IsUp);
    }

    [Fact]
    public async Task What_a_client_refuses_is_an_error_with_its_words_and_costs_nothing()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        lab.StartServer();
        await using Managed client = await lab.StartClient("client", "alice").ConnectAsync(_cancel);
        await client.Connection.StartStateEventsAsync(cancellationToken: _cancel);
        if ((await client.Connection.GetStateAsync(_cancel))!.Kind != DaemonState.Connected)
            await client.NextAsync<ManagementEvent.State>(_cancel, state => state.Kind == DaemonState.Connected);
        ManagementConnection connection = client.Connection;

        Func<Task>[] refused =
        [
            () => connection.KillClientAsync(new ClientId(0), cancellationToken: _cancel),
            () => connection.KillByNameAsync("x", _cancel),
            () => connection.ApproveClientAsync(new ClientId(0), new KeyId(0), ["push \"x\"", "iroute 192.0.2.0"], _cancel),
            () => connection.ApproveClientAsync(new ClientId(0), new KeyId(0), _cancel),
            () => connection.GetClientCountAsync(_cancel),
            () => connection.SendSignatureAsync(new byte[200], _cancel),
        ];
        foreach (Func<Task> command in refused)
        {
            await Assert.ThrowsAsync<ManagementCommandException>(command);
            Assert.True(await connection.GetPidAsync(_cancel) > 1);
        }

        Assert.Equal("command succeeded", await connection.SendChallengeResponseAsync("x", _cancel));
        Assert.Equal(0, connection.MalformedLines);
    }
}
