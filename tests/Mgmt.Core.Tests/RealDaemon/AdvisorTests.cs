using System.Diagnostics;
using Mgmt.Core.Sockets;

namespace Mgmt.Core.Tests.RealDaemon;

/// <summary>What the advisor says, held against what OpenVPN does.</summary>
public sealed class AdvisorTests
{
    private readonly CancellationToken _cancel = Limits.Token();

    [Theory]
    [InlineData("dev tun\nproto tcp\nremote 192.0.2.1\nifconfig 10.1.1.1 10.1.1.2", "is ambiguous")]
    [InlineData("client\ndev null\nremote 127.0.0.1\nlocal 127.0.0.1\nnobind", "--local and --nobind")]
    [InlineData("client\ndev null\nremote 127.0.0.1\nlport 5\nnobind", "--lport and --nobind")]
    [InlineData("client\ndev null\nremote 127.0.0.1\nbind\nnobind", "--bind and --nobind")]
    [InlineData("dev tun\nmode server\ntls-server\nremote 127.0.0.1", "--remote cannot be used with --mode server")]
    [InlineData("dev tun\nmode server\ntls-server\nnobind", "--nobind")]
    [InlineData("dev tun\nmode server\ntls-server\nproto tcp-client", "--nobind")]
    [InlineData("client\ndev null\nremote 127.0.0.1\nproto sctp", "Bad protocol")]
    [InlineData("client\ndev null", "--nobind doesn't make sense unless used with --remote")]
    [InlineData("dev null\nremote 127.0.0.1\nmanagement-client", "--management is not specified")]
    [InlineData("dev null\nremote ::1\nlport 0\nproto udp4", "Cannot resolve host address: ::1")]
    [InlineData("dev null\nlocal 127.0.0.1\nremote ::1\nproto udp6", "Cannot resolve host address: 127.0.0.1")]
    public async Task What_is_called_an_error_does_not_work_with_OpenVpn(string configuration, string words)
    {
        Assert.Contains(SocketAdvisor.Examine(configuration), advice => advice.Severity == SocketAdviceSeverity.Error);

        Assert.Contains(words, await RunAsync(configuration), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dev tun\nmode server\ntls-server", "[AF_INET][undef]:1194")]
    [InlineData("dev tun\nmode server\ntls-server\nproto tcp-server", "[AF_INET][undef]:1194")]
    public async Task What_is_said_to_listen_on_IPv4_only_does(string configuration, string words)
    {
        Assert.Contains(SocketAdvisor.Examine(configuration), advice => advice.Text.Contains("IPv4 only", StringComparison.Ordinal));

        Assert.Contains(words, await RunAsync(configuration), StringComparison.Ordinal);
    }

    /// <summary>The output of OpenVPN until it ends, or has told what it is bound to, or tries in vain.</summary>
    private async Task<string> RunAsync(string configuration)
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        (string certificate, string key) = Authority.Instance.Issue("x");
        await File.WriteAllTextAsync(lab.PathOf("x.crt"), certificate, _cancel);
        await File.WriteAllTextAsync(lab.PathOf("x.key"), key, _cancel);
        bool usesTls = configuration.Contains("client\n", StringComparison.Ordinal) || configuration.Contains("tls-server", StringComparison.Ordinal);
        string tls = usesTls ? $"\nca {lab.PathOf("ca.pem")}\ncert {lab.PathOf("x.crt")}\nkey {lab.PathOf("x.key")}" : "";
        if (configuration.Contains("tls-server", StringComparison.Ordinal))
            tls += "\ndh none";
        await File.WriteAllTextAsync(lab.PathOf("x.conf"), configuration + tls + "\n", _cancel);
        var start = new ProcessStartInfo("ip", ["netns", "exec", lab.Namespace, "openvpn", "--config", lab.PathOf("x.conf")]) { UseShellExecute = false, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = "";
        while (await process.StandardOutput.ReadLineAsync(_cancel) is { } line)
        {
            output += line + "\n";
            if (line.Contains("link local", StringComparison.Ordinal) || line.Contains("Cannot resolve", StringComparison.Ordinal))
                break;
        }

        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(_cancel);
        return output;
    }
}
