using System.Diagnostics;
using System.Globalization;
using Mgmt.Core.Tests.RealDaemon;

namespace Mgmt.Core.Tests.Sockets;

/// <summary>
/// Both address families, one of them, and a dead one: real sockets in network namespaces made for the purpose. Names come from a hosts file that
/// only the namespace sees. Needs root and iproute2.
/// </summary>
public sealed class FamilyTests : IAsyncLifetime
{
    private readonly string _namespace = "mgmt-" + Guid.NewGuid().ToString("N")[..8];
    private readonly CancellationToken _cancel = Limits.Token();

    private string Configuration => "/etc/netns/" + _namespace;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Configuration);
        await File.WriteAllTextAsync(Configuration + "/hosts", "::1 both.test\n127.0.0.1 both.test\n2001:db8:77::99 dead6.test\n127.0.0.1 dead6.test\n127.0.0.1 only4.test\n::1 only6.test\n", _cancel);
        await VpnLab.IpAsync("netns", "add", _namespace);
        await VpnLab.IpAsync("-n", _namespace, "link", "set", "lo", "up");
    }

    public async ValueTask DisposeAsync()
    {
        await VpnLab.IpAsync("netns", "delete", _namespace);
        Directory.Delete(Configuration, recursive: true);
        try
        {
            Directory.Delete("/etc/netns"); // only if it is empty
        }
        catch (IOException)
        {
            // somebody else's namespaces
        }
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_daemon_on_either_family_of_a_name_is_found_at_once(string listening)
    {
        (string address, int milliseconds) = Connected(await ProbeAsync("dial", listening, "tcp://both.test:7505"));

        Assert.Equal(listening, address);
        Assert.InRange(milliseconds, 0, 9000);
    }

    [Fact]
    public async Task A_dead_family_costs_a_short_pause_and_no_more()
    {
        // Packets to 2001:db8:77::99 leave for a hardware address that nobody has: the first address of the name never answers.
        await VpnLab.IpAsync("-n", _namespace, "link", "add", "hole", "type", "veth", "peer", "name", "other");
        await VpnLab.IpAsync("-n", _namespace, "link", "set", "other", "up");
        await VpnLab.IpAsync("-n", _namespace, "link", "set", "hole", "up");
        await VpnLab.IpAsync("-n", _namespace, "address", "add", "2001:db8:77::1/64", "dev", "hole", "nodad");
        await VpnLab.IpAsync("-n", _namespace, "neighbour", "add", "2001:db8:77::99", "lladdr", "02:00:00:00:00:99", "dev", "hole");

        (string address, int milliseconds) = Connected(await ProbeAsync("dial", "127.0.0.1", "tcp://dead6.test:7505"));

        Assert.Equal("127.0.0.1", address);
        Assert.InRange(milliseconds, 200, 9000); // 250 ms, and what a busy machine adds; without the stagger it would be the timeout of 10 s
    }

    [Fact]
    public async Task A_machine_without_IPv6_uses_IPv4_of_a_name_with_both()
    {
        await WithoutIPv6Async();

        Assert.Equal("127.0.0.1", Connected(await ProbeAsync("dial", "127.0.0.1", "tcp://both.test:7505")).Address);
    }

    [Theory]
    [InlineData("tcp4://both.test:7505", "::1")]
    [InlineData("tcp6://both.test:7505", "127.0.0.1")]
    public async Task A_forced_family_does_not_use_the_other_one(string endpoint, string listening) =>
        Assert.StartsWith("Unreachable ConnectionRefused", await ProbeAsync("dial", listening, endpoint), StringComparison.Ordinal);

    [Theory]
    [InlineData("tcp6://only4.test:7505")]
    [InlineData("tcp4://only6.test:7505")]
    [InlineData("tcp://nowhere.test:7505")]
    public async Task A_name_without_an_address_of_the_family_is_unreachable(string endpoint) =>
        Assert.StartsWith("Unreachable ", await ProbeAsync("dial", "-", endpoint), StringComparison.Ordinal);

    [Fact]
    public async Task A_name_is_listened_on_by_all_its_addresses_at_once()
    {
        string output = await ProbeAsync("listen", "tcp://both.test:7506");

        Assert.Equal(["listening 127.0.0.1:7506", "listening [::1]:7506"], output.Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_forced_family_is_listened_on_alone() =>
        Assert.Equal("listening [::1]:7506", await ProbeAsync("listen", "tcp6://both.test:7506"));

    [Fact]
    public async Task A_name_of_one_family_is_listened_on_with_a_warning()
    {
        string[] output = (await ProbeAsync("listen", "tcp://only4.test:7506")).Split('\n');

        Assert.Equal("listening 127.0.0.1:7506", output[0]);
        Assert.Contains("IPv6 is refused", output[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_this_machine_does_not_have_is_left_out_with_a_warning()
    {
        await WithoutIPv6Async();

        string[] output = (await ProbeAsync("listen", "tcp://both.test:7506")).Split('\n');

        Assert.Equal("listening 127.0.0.1:7506", output[0]);
        Assert.Contains(output, line => line.StartsWith("warning ", StringComparison.Ordinal) && line.Contains("no address ::1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_forced_family_that_this_machine_does_not_have_is_an_error()
    {
        await WithoutIPv6Async();

        Assert.StartsWith("Unreachable ", await ProbeAsync("listen", "tcp6://both.test:7506"), StringComparison.Ordinal);
    }

    private static (string Address, int Milliseconds) Connected(string output)
    {
        string[] words = output.Split(' ');
        Assert.True(words is ["connected", _, _], output);
        return (words[1], int.Parse(words[2], CultureInfo.InvariantCulture));
    }

    private Task WithoutIPv6Async() => VpnLab.IpAsync("netns", "exec", _namespace, "sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6");

    private async Task<string> ProbeAsync(params string[] arguments)
    {
        string probe = Path.Combine(AppContext.BaseDirectory, "NetworkProbe.dll");
        var start = new ProcessStartInfo("ip", ["netns", "exec", _namespace, "dotnet", probe, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(_cancel);
        await process.WaitForExitAsync(_cancel);
        Assert.Equal(0, process.ExitCode);
        return output.Trim();
    }
}
