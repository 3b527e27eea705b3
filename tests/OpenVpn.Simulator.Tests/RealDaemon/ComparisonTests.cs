using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

using Mgmt.Core.Tests.RealDaemon;

using OpenVpn.Simulator.Clients;

namespace OpenVpn.Simulator.Tests.RealDaemon;

/// <summary>The same is said to the simulator and to a real OpenVPN; what they answer must not differ.</summary>
public sealed partial class ComparisonTests
{
    /// <summary>Of a client's environment, what does not depend on how its certificate was made or how OpenVPN was started.</summary>
    private static readonly string[] s_compared = ["n_clients", "common_name", "username", "password", "trusted_ip", "untrusted_ip", "ifconfig_pool_netmask", "time_duration", "bytes_received", "END"];

    private static readonly string[] s_server =
    [
        "dev tun", "topology subnet", "server 10.80.0.0 255.255.0.0", "server-ipv6 fd00:80::/64", "port 1194", "proto udp4", "dh none", "keepalive 1 4",
        "persist-tun", "management-client-auth", "auth-user-pass-optional", "echo msg Hello%2C world",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_good_and_bad_are_answered_alike()
    {
        (List<string> real, List<string> simulated) = await CompareAsync(CommandsAsync);

        Assert.Equal(real, simulated);
    }

    [Fact]
    public async Task A_client_that_asks_is_let_in_and_told_to_go_and_a_restart_and_the_end_are_told_alike()
    {
        (List<string> real, List<string> simulated) = await CompareAsync(LifeAsync);

        Assert.Equal(real, simulated);
    }

    // One after the other, each answer ended by another reply, as some have no answer and some no end.
    private static async Task CommandsAsync(Talk talk, Func<Task> clientCalls, Func<Task> clientMoves)
    {
        string[] commands =
        [
            "help", "version", "version 3", "verb", "verb 4", "verb x", "verb 3", "verb 99", "mute", "mute 7", "mute -1", "mute 0", "nosuch", "PID", "", "  ", "# comment", ";", "  pid  x",
            "state", "state all", "state 1", "state 0", "state off 2", "state all off", "echo all", "echo 1", "echo", "echo on", "echo off", "log 0", "log on bad", "log off", "log on", "pid",
            "load-stats", "log off", "status 9", "status x", "status 1", "status 2", "status 3", "nclients", "load-stats", "bytecount", "bytecount 1", "bytecount 0", "bytecount x",
            "hold", "hold on", "hold", "hold off", "hold bad", "hold release", "signal", "signal USR1", "auth-retry", "auth-retry interact", "auth-retry bad", "auth-retry none",
            "env-filter", "env-filter 2", "env-filter 0", "forget-passwords", "net", "test 2", "test 0", "kill", "kill nobody", "kill \"a \\\"b\\\"\"", "kill 'a b' c", "kill \"a", "kill a\\", "kill \"a\\b\"",
            "kill 192.0.2.1:1", "kill 192.0.2.1:0", "kill x:1", "kill :", "kill \"\"", "\"pid\"", "pi\"d\"",
            "client-kill", "client-kill x", "client-kill 99", "client-kill -1", "client-auth", "client-auth 9 x", "client-auth 9 9\npush \"x\"\nEND", "client-auth-nt 9 9", "client-deny 9 9", "client-deny 9 9 no \"no 'no'\"",
            "client-pending-auth 9 9 x", "client-pending-auth 9 9 x 1", "client-pending-auth 9 9 x y", "username Auth x", "password Auth x", "needok x ok", "needstr x y",
            "pk-sig", "rsa-sig", "certificate", "cr-response x", "remote", "remote ACCEPT", "proxy NONE", "remote-entry-count", "remote-entry-get", "remote-entry-get all", "push-update-broad x",
            "network-change", "sta\ttus 3", "st\u0001ate", new string('x', 1200) + "pid", "kill " + new string('y', 128),
        ];
        foreach (string command in commands)
        {
            talk.Heard.Add("-- " + command);
            await talk.SendAsync(command + "\nkill end-of-answer", Cancel);
            await talk.UntilAsync("ERROR: common name 'end-of-answer' not found", Cancel);
        }
    }

    private static async Task LifeAsync(Talk talk, Func<Task> clientCalls, Func<Task> clientMoves)
    {
        await clientCalls();
        await talk.UntilAsync(">CLIENT:CONNECT,0,", Cancel);
        await talk.UntilAsync(">CLIENT:ENV,END", Cancel);
        await talk.SendAsync("client-auth-nt 0 1", Cancel);
        await talk.UntilAsync(">CLIENT:ESTABLISHED,0", Cancel);
        await talk.UntilAsync(">CLIENT:ENV,END", Cancel);
        await talk.SendAsync("bytecount 1", Cancel);
        await talk.UntilAsync("SUCCESS", Cancel);
        await clientMoves();
        await talk.UntilAsync(">BYTECOUNT_CLI:0", Cancel);
        await talk.SendAsync("bytecount 0", Cancel);
        await talk.UntilAsync("SUCCESS", Cancel);
        foreach (string version in (string[])["1", "2", "3"])
        {
            await talk.SendAsync("status " + version, Cancel);
            await talk.UntilAsync("END", Cancel);
        }
        await talk.SendAsync("load-stats", Cancel);
        await talk.UntilAsync("SUCCESS", Cancel);
        await talk.SendAsync("client-kill 0 \"HALT,go away\"", Cancel);
        await talk.UntilAsync(">CLIENT:DISCONNECT,0", Cancel);
        await talk.UntilAsync(">CLIENT:ENV,END", Cancel);
        await talk.SendAsync("state on", Cancel);
        await talk.SendAsync("signal SIGUSR1", Cancel);
        await talk.UntilAsync(">STATE:", Cancel);
        await talk.SendAsync("status 3", Cancel); // refused while it restarts
        await talk.UntilAsync(">STATE:", Cancel);
        await talk.SendAsync("hold on", Cancel);
        await talk.SendAsync("signal SIGHUP", Cancel);
        await talk.UntilAsync(">HOLD:", Cancel);
        await talk.SendAsync("state", Cancel);
        await talk.UntilAsync("END", Cancel);
        await talk.SendAsync("hold release", Cancel);
        await talk.UntilAsync(">STATE:", Cancel);
        await talk.UntilAsync(">STATE:", Cancel);
        await talk.SendAsync("signal SIGTERM", Cancel);
        while (await talk.NextAsync(Cancel) is not null)
        {
        }
        talk.Heard.Add("-- end of file");
    }

    private static async Task<(List<string> Real, List<string> Simulated)> CompareAsync(Func<Talk, Func<Task>, Func<Task>, Task> script)
    {
        Task<List<string>> real = RealAsync(script);
        Task<List<string>> simulated = SimulatedAsync(script);
        await Task.WhenAll(real, simulated);
        return (await real, await simulated);
    }

    private static async Task<List<string>> RealAsync(Func<Talk, Func<Task>, Func<Task>, Task> script)
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        lab.Start("server", "server", s_server);
        return await HearAsync(lab.PathOf("server.sock"), script, () => Task.FromResult(lab.StartClient("client", "alice", "proto udp4")), clientMoves: () => Task.CompletedTask); // its pings move
    }

    private static async Task<List<string>> SimulatedAsync(Func<Talk, Func<Task>, Func<Task>, Task> script)
    {
        string folder = Directory.CreateTempSubdirectory("simulator-").FullName;
        string path = Path.Combine(folder, "m.sock");
        SimulatedClient alice = new("alice", IPAddress.Loopback);
        SimulatedDaemon daemon = new(new DaemonOptions { ClientAuth = true, Echo = ["msg Hello%2C world"], PingRestart = TimeSpan.FromSeconds(4) });
        try
        {
            daemon.Listen(new UnixDomainSocketEndPoint(path));
            return await HearAsync(path, script, CallAsync, MoveAsync);
        }
        finally
        {
            await daemon.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }

        Task CallAsync()
        {
            daemon.Join(alice);
            return Task.CompletedTask;
        }

        Task MoveAsync()
        {
            daemon.Move(alice, 100, 100);
            return Task.CompletedTask;
        }
    }

    private static async Task<List<string>> HearAsync(string path, Func<Talk, Func<Task>, Func<Task>, Task> script, Func<Task> clientCalls, Func<Task> clientMoves)
    {
        await using Talk talk = await Talk.ConnectAsync(path, Cancel);
        do
        {
            await talk.SendAsync("state", Cancel);
            await talk.UntilAsync("END", Cancel);
        }
        while (!talk.TakeHeard()[^2].Contains(",CONNECTED,", StringComparison.Ordinal));
        await script(talk, clientCalls, clientMoves);
        return [.. Likeness.Of(talk.TakeHeard()
            .Where(line => Environment().Match(line) is not { Success: true } variable || s_compared.Contains(variable.Groups[1].Value))
            .Select(line => Title().Replace(line, "OpenVPN 2.6")))];
    }

    [GeneratedRegex("^>CLIENT:ENV,([^=]*)")]
    private static partial Regex Environment();

    [GeneratedRegex(@"OpenVPN 2\.6\.\d+ .*$")]
    private static partial Regex Title();
}
