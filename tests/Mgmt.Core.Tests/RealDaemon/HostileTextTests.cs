using Mgmt.Core.Commands;
using Mgmt.Core.Connection;

namespace Mgmt.Core.Tests.RealDaemon;

/// <summary>Whatever stands in a text that somebody typed or a stranger chose: the daemon hears the one command that was meant, or none.</summary>
public sealed class HostileTextTests
{
    private static readonly ClientId s_nobody = new(4_000_000);

    private static readonly string[] s_texts =
    [
        "x\nsignal SIGTERM", "x\r\nsignal SIGTERM", "x\rsignal SIGTERM", "\nsignal SIGTERM\n", "x\0\nsignal SIGTERM", "x\0", "END\nsignal SIGTERM",
        "\"\nsignal SIGTERM", "\" signal SIGTERM \"", "\\\" signal SIGTERM", "' signal SIGTERM '", "\\", "\\\nsignal SIGTERM", "# x", "; signal SIGTERM",
        "%n%n%s%x", "%0asignal SIGTERM", "%0d%0asignal SIGTERM", "${x}", "`id`", "$(id)", "\u001b[2J\u001b[31m", "\u0085signal SIGTERM", "\u2028signal SIGTERM", "\u202emret", "\ufeffsignal SIGTERM",
        new string('x', 10_240), new string('x', 10_240) + "\nsignal SIGTERM", new string('x', 1_023) + "signal SIGTERM", new string('"', 1_010) + "signal SIGTERM", new string('é', 512) + "signal SIGTERM",
    ];

    // Each command of the library that carries a text, with the word that the daemon is to hear.
    private static readonly (string Word, Func<ManagementConnection, string, Task> Send)[] s_fields =
    [
        ("client-kill", static (connection, text) => connection.KillClientAsync(s_nobody, text, Cancel)),
        ("kill", static (connection, text) => connection.KillByNameAsync(text, Cancel)),
        ("kill", static (connection, text) => connection.KillByAddressAsync(text, Cancel)),
        ("client-deny", static (connection, text) => connection.DenyClientAsync(s_nobody, new KeyId(1), text, cancellationToken: Cancel)),
        ("client-deny", static (connection, text) => connection.DenyClientAsync(s_nobody, new KeyId(1), "no", text, Cancel)),
        ("client-auth", static (connection, text) => connection.ApproveClientAsync(s_nobody, new KeyId(1), [text], Cancel)),
        ("client-pending-auth", static (connection, text) => connection.DeferClientAsync(s_nobody, new KeyId(1), new PendingAuthRequest.CrText(text), TimeSpan.FromSeconds(30), Cancel)),
        ("push-update-broad", static (connection, text) => connection.PushUpdateAsync(text, Cancel)),
        ("push-update-cid", static (connection, text) => connection.PushUpdateAsync(s_nobody, text, Cancel)),
        ("username", static (connection, text) => connection.SendUsernameAsync("Auth", text, Cancel)),
        ("username", static (connection, text) => connection.SendUsernameAsync(text, "user", Cancel)),
        ("password", static (connection, text) => connection.SendPasswordAsync("Auth", text, Cancel)),
        ("needok", static (connection, text) => connection.SendNeedOkAsync(text, confirm: true, Cancel)),
        ("needstr", static (connection, text) => connection.SendNeedStringAsync("type", text, Cancel)),
        ("cr-response", static (connection, text) => connection.SendChallengeResponseAsync(text, Cancel)),
        ("remote", static (connection, text) => connection.ChangeRemoteAsync(text, 1194, Cancel)),
        ("proxy", static (connection, text) => connection.UseHttpProxyAsync(text, 3128, cancellationToken: Cancel)),
        ("proxy", static (connection, text) => connection.UseSocksProxyAsync(text, 1080, Cancel)),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_but_the_intended_command_arrives_whatever_is_in_a_field()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        Daemon daemon = lab.StartServer("management-client-auth", "verb 3");
        await using Managed server = await daemon.ConnectAsync(Cancel);
        int pid = await server.Connection.GetPidAsync(Cancel);
        int sent = 0, refused = 0;

        foreach (string text in s_texts)
        {
            for (int field = 0; field < s_fields.Length; field++)
            {
                (string word, var send) = s_fields[field];
                string mark = $"MARK-{sent + refused}";
                int before = (await HeardAsync(daemon, server, mark + "-before")).Count;
                bool wasRefused = false;
                try
                {
                    await send(server.Connection, text);
                }
                catch (ArgumentException)
                {
                    wasRefused = true;
                }
                catch (ManagementCommandException)
                {
                    // The daemon's own refusal: nobody asks for a password, there is no such client.
                }
                List<string> heard = [.. (await HeardAsync(daemon, server, mark + "-after")).Skip(before).SkipLast(1).Where(static line => !IsFence(line))];

                (sent, refused) = wasRefused ? (sent, refused + 1) : (sent + 1, refused);
                if (wasRefused)
                    Assert.Empty(heard);
                else
                    Assert.Matches($"^{word}( |$)", Assert.Single(heard));
            }
        }

        Assert.Equal(pid, await server.Connection.GetPidAsync(Cancel));
        Assert.InRange(sent, 100, s_texts.Length * s_fields.Length - 100);
        Assert.InRange(refused, 100, s_texts.Length * s_fields.Length);
    }

    // What the connection itself sends behind a block, to find its end.
    private static bool IsFence(string line) => line.StartsWith("signal fence-", StringComparison.Ordinal);

    // The daemon writes down each command that it takes (verb 3). This sends one that does nothing, and waits until it is written.
    private static async Task<List<string>> HeardAsync(Daemon daemon, Managed server, string mark)
    {
        const string Marker = "MANAGEMENT: CMD '";
        await server.Connection.SendRawAsync($"signal {mark}", Cancel);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Limits.Wait);
        while (true)
        {
            List<string> commands = [.. daemon.Log.Split('\n').Where(static line => line.Contains(Marker, StringComparison.Ordinal)).Select(static line => line[(line.IndexOf(Marker, StringComparison.Ordinal) + Marker.Length)..].TrimEnd('\r').TrimEnd('\''))];
            if (commands is [.., var last] && last == $"signal {mark}")
                return commands;
            await Task.Yield();
            limit.Token.ThrowIfCancellationRequested();
        }
    }
}
