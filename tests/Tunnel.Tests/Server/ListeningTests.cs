using Tunnel.Sockets;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Server;

public sealed class ListeningTests
{
    [Theory]
    [InlineData("127.0.0.1:0", AddressFamilies.Both, true)]
    [InlineData("127.0.0.1:0", AddressFamilies.IPv4, false)]
    [InlineData("*:0", AddressFamilies.Both, false)]
    public async Task A_listener_of_one_family_is_warned_of_unless_the_family_is_forced(string address, AddressFamilies families, bool isWarned)
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();

        await lab.Server.ListenAsync(address, families: families, cancellationToken: Wait.Cancel);

        Assert.Equal(isWarned, lab.Logs.Lines.Any(line => line.Contains("stands for IPv4 alone", StringComparison.Ordinal)));
    }
}
