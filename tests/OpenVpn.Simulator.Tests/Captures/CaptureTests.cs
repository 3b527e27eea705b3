using System.Net;
using System.Net.Sockets;
using System.Text;

using Mgmt.Core.Tests.Replay;

using OpenVpn.Simulator.Clients;

using Tests.Shared;

namespace OpenVpn.Simulator.Tests.Captures;

/// <summary>What a recorded management client said to a real daemon is said to the simulator, which must answer the same.</summary>
public sealed class CaptureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("simulator-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder, "m.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("basics-26")]
    [InlineData("basics-27")]
    [InlineData("quoting-26")]
    [InlineData("state-server-26")]
    [InlineData("state-server-27")]
    [InlineData("hold-server-26")]
    [InlineData("hold-server-27")]
    [InlineData("echo-server-26")]
    [InlineData("password-right-26")]
    [InlineData("password-wrong-then-right-26")]
    [InlineData("password-three-wrong-26")]
    [InlineData("status-no-clients-26")]
    [InlineData("status-no-clients-27")]
    [InlineData("status-one-client-26")]
    [InlineData("status-one-client-27")]
    [InlineData("status-ten-clients-26")]
    [InlineData("status-ten-clients-27")]
    [InlineData("status-duplicate-names-26")]
    [InlineData("status-dual-stack-udp-26")]
    [InlineData("status-dual-stack-udp-27")]
    [InlineData("status-dual-stack-tcp-26")]
    [InlineData("status-names-26")]
    [InlineData("status-half-open-26")]
    [InlineData("status-many-26")]
    [InlineData("kill-26")]
    [InlineData("kill-by-protocol-27")]
    [InlineData("pipelining-26")]
    public async Task The_simulator_answers_as_the_recorded_daemon_did(string name)
    {
        Capture capture = Capture.Load(name);
        string header = await File.ReadAllTextAsync(System.IO.Path.Combine(Capture.Folder, name + ".txt"), Cancel);
        await using SimulatedDaemon daemon = new(OptionsOf(name, header), new ManualTimeProvider());
        foreach (SimulatedClient client in ClientsOf(capture))
            daemon.Join(client);
        daemon.Listen(new UnixDomainSocketEndPoint(Path));

        foreach (CaptureConnection connection in capture.Connections)
        {
            await using Talk talk = await Talk.ConnectAsync(Path, Cancel);
            List<string> expected = [], heard = [];
            for (int i = 0; i < connection.Steps.Count; i++)
            {
                if (connection.Steps[i].IsClient)
                {
                    // In one write: what is answered before a "quit" that is read together with it is lost.
                    List<byte> said = [.. connection.Steps[i].Bytes];
                    while (i + 1 < connection.Steps.Count && connection.Steps[i + 1].IsClient)
                        said.AddRange(connection.Steps[++i].Bytes);
                    await talk.SendAsync([.. said], Cancel);
                    continue;
                }
                string[] lines = LinesOf(connection, ref i);
                foreach (string line in lines)
                {
                    expected.Add(line);
                    if (await talk.NextAsync(Cancel) is { } answer)
                        heard.Add(answer);
                }
                Assert.Equal(Likeness.Of(expected.TakeLast(lines.Length)), Likeness.Of(heard.TakeLast(lines.Length)));
            }
            Assert.Null(await talk.NextAsync(Cancel)); // each recording ends with the connection, and nothing is left
        }
    }

    [Fact]
    public async Task A_second_client_hears_nothing_until_the_first_leaves_and_then_the_answers_to_what_it_sent()
    {
        await using SimulatedDaemon daemon = new(new DaemonOptions(), new ManualTimeProvider());
        daemon.Listen(new UnixDomainSocketEndPoint(Path));
        await using Talk first = await Talk.ConnectAsync(Path, Cancel);
        await first.NextAsync(Cancel);
        await using Talk second = await Talk.ConnectAsync(Path, Cancel);
        await second.SendAsync("pid", Cancel);

        Task<string?> greeting = second.NextAsync(Cancel);
        await first.SendAsync("pid", Cancel);
        Assert.Equal("SUCCESS: pid=4711", await first.NextAsync(Cancel));
        Assert.False(greeting.IsCompleted);
        await first.SendAsync("quit", Cancel);

        Assert.StartsWith(">INFO:OpenVPN Management Interface", await greeting, StringComparison.Ordinal);
        Assert.Equal("SUCCESS: pid=4711", await second.NextAsync(Cancel));
    }

    private static DaemonOptions OptionsOf(string name, string header) => new()
    {
        Release = name.EndsWith("27", StringComparison.Ordinal) ? OpenVpnRelease.V27 : OpenVpnRelease.V26,
        Hold = name.StartsWith("hold", StringComparison.Ordinal),
        Password = name.StartsWith("password", StringComparison.Ordinal) ? "lab secret" : null,
        Echo = name.StartsWith("echo", StringComparison.Ordinal) ? ["setenv A b", "msg Hello there", "forget-passwords"] : [],
        DuplicateNames = header.Contains("duplicate-cn", StringComparison.Ordinal),
        DualStack = name.Contains("dual-stack", StringComparison.Ordinal),
        Tcp = header.Contains("proto tcp-server", StringComparison.Ordinal),
    };

    /// <summary>Who was there when the recording was made, in the order in which they came.</summary>
    private static IEnumerable<SimulatedClient> ClientsOf(Capture capture) => capture.Connections
        .SelectMany(connection => Encoding.UTF8.GetString(connection.FromDaemon()).Split("\r\n"))
        .Where(line => line.StartsWith("CLIENT_LIST", StringComparison.Ordinal))
        .OrderByDescending(line => line.StartsWith("CLIENT_LIST\t", StringComparison.Ordinal)) // names may hold commas
        .Select(line => line.Split(line["CLIENT_LIST".Length]))
        .Where(fields => fields.Length == 13)
        .GroupBy(fields => uint.Parse(fields[^3], System.Globalization.CultureInfo.InvariantCulture))
        .OrderBy(sameCid => sameCid.Key)
        .Select(sameCid => sameCid.First())
        .Select(fields =>
        {
            string real = fields[2][(fields[2].IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && char.IsAsciiLetter(fields[2][colon - 2]) ? colon + 1 : 0)..];
            bool hasPort = IPEndPoint.TryParse(real, out IPEndPoint? at) && at.Port != 0;
            string? username = fields[^4] is "UNDEF" ? null : fields[^4];
            return new SimulatedClient(fields[1], hasPort ? at!.Address : IPAddress.Parse(real), username) { Port = hasPort ? at!.Port : null, IsSilent = fields[1] is "UNDEF" };
        });

    /// <summary>What the daemon said from this step on until the client spoke again.</summary>
    private static string[] LinesOf(CaptureConnection connection, ref int i)
    {
        StringBuilder text = new();
        for (; i < connection.Steps.Count && !connection.Steps[i].IsClient; i++)
            text.Append(Encoding.UTF8.GetString(connection.Steps[i].Bytes));
        i--;
        return text.ToString().Replace("ENTER PASSWORD:", "ENTER PASSWORD:\r\n", StringComparison.Ordinal).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }
}
