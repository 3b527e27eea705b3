using System.Net.Sockets;
using Mgmt.Core.Sockets;

namespace Mgmt.Core.Tests.Sockets;

public sealed class ManagementEndpointTests
{
    [Theory]
    [InlineData("tcp://127.0.0.1:7505")]
    [InlineData("tcp://vpn.example.net:7505")]
    [InlineData("tcp://[::1]:7505")]
    [InlineData("tcp4://localhost:7505")]
    [InlineData("tcp6://[2001:db8::1]:7505")]
    [InlineData("tcp://*:7506")]
    [InlineData("unix:/run/openvpn/server.sock")]
    [InlineData("unix:/run/with space/ü.sock")]
    [InlineData("tunnel://lyon/openvpn")]
    public void An_endpoint_is_written_as_it_is_read(string text) => Assert.Equal(text, ManagementEndpoint.Parse(text).ToString());

    [Fact]
    public void A_scheme_with_a_number_forces_a_family() =>
        Assert.Equal(AddressFamily.InterNetworkV6, Assert.IsType<ManagementEndpoint.Tcp>(ManagementEndpoint.Parse("tcp6://localhost:7505")).Family);

    [Theory]
    [InlineData(null, "missing")]
    [InlineData(" ", "missing")]
    [InlineData("127.0.0.1:7505", "does not begin with")]
    [InlineData("http://x:1", "does not begin with")]
    [InlineData("tcp://127.0.0.1", "needs a port")]
    [InlineData("tcp://127.0.0.1:70000", "needs a port")]
    [InlineData("tcp://127.0.0.1:x", "needs a port")]
    [InlineData("tcp:127.0.0.1:1", "two slashes")]
    [InlineData("tcp://::1:7505", "brackets")]
    [InlineData("tcp://a b:7505", "no valid host")]
    [InlineData("tcp4://[::1]:7505", "can never match")]
    [InlineData("tcp6://127.0.0.1:7505", "can never match")]
    [InlineData("unix:relative.sock", "absolute path")]
    [InlineData("unix:/", "absolute path")]
    [InlineData("tunnel://lyon", "needs a site and a name")]
    [InlineData("tunnel:///x", "needs a site and a name")]
    public void A_wrong_endpoint_is_explained(string? text, string reason)
    {
        Assert.False(ManagementEndpoint.TryParse(text, out _, out string? error));

        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_socket_path_longer_than_the_kernel_takes_is_refused_before_it_is_tried()
    {
        Assert.True(ManagementEndpoint.TryParse("unix:/" + new string('x', 106), out _, out _));
        Assert.False(ManagementEndpoint.TryParse("unix:/" + new string('x', 107), out _, out _));
    }
}
