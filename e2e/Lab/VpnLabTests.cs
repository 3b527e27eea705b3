using System.Diagnostics;
using System.Globalization;

namespace E2E.Lab;

public sealed class VpnLabTests
{
    private static readonly string[] s_defaultClients = ["<b>x</b>", "alice", "bob"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_clients_are_connected_when_the_lab_is_up_and_bob_came_over_IPv6()
    {
        await using VpnLab lab = await VpnLab.UpAsync(cancellationToken: Cancel);

        IReadOnlyList<StatusRow> clients = await ManagementSocket.ReadClientsAsync(lab.ManagementSocket, Cancel);

        Assert.Equal(s_defaultClients, clients.Select(client => client.CommonName).Order(StringComparer.Ordinal));
        Assert.StartsWith("2001:db8:77:", clients.Single(client => client.CommonName == "bob").RealAddress, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Traffic_moves_the_counters_of_its_client_in_its_direction_only()
    {
        const long OneMegabyte = 1_000_000;
        await using VpnLab lab = await VpnLab.UpAsync(cancellationToken: Cancel);

        await lab.TrafficAsync("<b>x</b>", 16, TimeSpan.FromSeconds(1), TrafficDirection.ToClient, Cancel);
        await lab.TrafficAsync("bob", 16, TimeSpan.FromSeconds(1), TrafficDirection.FromClient, Cancel);

        Dictionary<string, StatusRow> clients = (await ManagementSocket.ReadClientsAsync(lab.ManagementSocket, Cancel))
            .ToDictionary(client => client.CommonName);
        Assert.True(clients["<b>x</b>"] is { BytesSent: > OneMegabyte, BytesReceived: < OneMegabyte }, $"{clients["<b>x</b>"]}");
        Assert.True(clients["bob"] is { BytesReceived: > OneMegabyte, BytesSent: < OneMegabyte }, $"{clients["bob"]}");
        Assert.True(clients["alice"] is { BytesReceived: < OneMegabyte, BytesSent: < OneMegabyte }, $"{clients["alice"]}");
    }

    [Fact]
    public async Task A_client_that_reconnects_comes_back_with_a_new_CID()
    {
        await using VpnLab lab = await VpnLab.UpAsync(new VpnLabOptions { Clients = 1 }, Cancel);
        StatusRow before = Assert.Single(await ManagementSocket.ReadClientsAsync(lab.ManagementSocket, Cancel));

        await lab.ReconnectClientAsync("alice", Cancel);

        await Eventually.ReadAsync(
            () => ManagementSocket.ReadClientsAsync(lab.ManagementSocket, Cancel),
            clients => clients is [{ CommonName: "alice" } alice] && alice.ClientId != before.ClientId,
            Cancel);
    }

    [Fact]
    public async Task A_client_that_stops_is_gone_and_one_that_is_added_comes()
    {
        await using VpnLab lab = await VpnLab.UpAsync(new VpnLabOptions { Clients = 1 }, Cancel);

        await lab.StopClientAsync("alice", Cancel);
        await lab.AddClientAsync("Zoë, \"the\" / new + one", Cancel);

        await Eventually.ReadAsync(
            () => ManagementSocket.ReadClientsAsync(lab.ManagementSocket, Cancel),
            clients => clients is [{ CommonName: "Zoë, \"the\" / new + one" }],
            Cancel);
    }

    [Fact]
    public async Task Clients_return_to_a_server_that_crashed_and_was_started_again()
    {
        await using VpnLab lab = await VpnLab.UpAsync(cancellationToken: Cancel);

        await lab.CrashServerAsync(Cancel);
        Assert.True(File.Exists(lab.ManagementSocket));
        await lab.StartServerAsync(Cancel);

        await Eventually.ReadAsync(
            () => ManagementSocket.ReadClientsAsync(lab.ManagementSocket, Cancel),
            clients => clients.Count == 3,
            Cancel);
    }

    [Fact]
    public async Task A_held_server_lets_clients_in_after_its_release()
    {
        await using VpnLab lab = await VpnLab.UpAsync(new VpnLabOptions { Hold = true, Clients = 1 }, Cancel);
        Assert.Equal(["SUCCESS: hold=1"], await ManagementSocket.AskAsync(lab.ManagementSocket, "hold", Cancel));

        await ManagementSocket.AskAsync(lab.ManagementSocket, "hold release", Cancel);

        await Eventually.ReadAsync(
            () => ManagementSocket.ReadClientsAsync(lab.ManagementSocket, Cancel),
            clients => clients is [{ CommonName: "alice" }],
            Cancel);
    }

    [Fact]
    public async Task Down_leaves_no_namespace_process_socket_or_folder()
    {
        await using VpnLab lab = await VpnLab.UpAsync(new VpnLabOptions { Demo = true }, Cancel);
        IReadOnlyList<string> namespaces = await NamespacesAsync(lab);
        List<int> processes = [];
        foreach (string name in namespaces)
            processes.AddRange((await IpAsync("netns", "pids", name)).Select(pid => int.Parse(pid, CultureInfo.InvariantCulture)));
        Assert.Equal(5, namespaces.Count);                 // switch, server, three clients
        Assert.InRange(processes.Count, 4, int.MaxValue);  // openvpn in four of them, at the least

        await lab.DownAsync();

        Assert.Empty(await NamespacesAsync(lab));
        Assert.DoesNotContain(processes, IsAlive);
        Assert.False(Directory.Exists(Path.GetDirectoryName(lab.ManagementSocket)));
        Assert.False(Directory.Exists(lab.Folder));
    }

    [Fact]
    public async Task Two_labs_live_side_by_side_and_go_down_alone()
    {
        await using VpnLab first = await VpnLab.UpAsync(cancellationToken: Cancel);
        await using VpnLab second = await VpnLab.UpAsync(cancellationToken: Cancel);

        await first.DownAsync();

        Assert.Empty(await NamespacesAsync(first));
        Assert.Equal(5, (await NamespacesAsync(second)).Count);
        await second.TrafficAsync("alice", 1, TimeSpan.FromSeconds(1), TrafficDirection.FromClient, Cancel);
        Assert.Equal(3, (await ManagementSocket.ReadClientsAsync(second.ManagementSocket, Cancel)).Count);
    }

    [Fact]
    public async Task A_lab_goes_down_when_its_owner_is_killed()
    {
        using Process owner = Process.Start("sleep", "600");
        await using VpnLab lab = await VpnLab.UpAsync(new VpnLabOptions { OwnerProcessId = owner.Id }, Cancel);

        owner.Kill();

        await Eventually.ReadAsync(() => NamespacesAsync(lab), namespaces => namespaces.Count == 0, Cancel);
        await Eventually.ReadAsync(() => Task.FromResult(Directory.Exists(lab.Folder)), exists => !exists, Cancel);
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_why()
    {
        var options = new VpnLabOptions { ServerOptions = ["no-such-option"] };

        VpnLabException refusal = await Assert.ThrowsAsync<VpnLabException>(() => VpnLab.UpAsync(options, Cancel));

        Assert.Contains("Unrecognized option", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("no-such-option", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> NamespacesAsync(VpnLab lab) =>
        [.. (await IpAsync("netns", "list"))
            .Select(line => line.Split(' ')[0])
            .Where(name => name.StartsWith($"vpn-lab-{lab.Id}-", StringComparison.Ordinal))];

    private static async Task<string[]> IpAsync(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ip", arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        Assert.Equal(0, process.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    // A killed process whose parent has not read its end yet (state Z) is dead all the same.
    private static bool IsAlive(int processId)
    {
        try
        {
            return !File.ReadAllLines($"/proc/{processId}/status").Any(line => line.StartsWith("State:\tZ", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    }
}
