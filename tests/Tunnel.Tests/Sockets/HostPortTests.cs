using Tunnel.Sockets;

namespace Tunnel.Tests.Sockets;

public sealed class HostPortTests
{
    [Theory]
    [InlineData("example.org:443", "example.org", 443)]
    [InlineData("[2001:db8::1]:8443", "2001:db8::1", 8443)]
    [InlineData("*:0", "*", 0)]
    public void Addresses_are_read_as_people_write_them(string text, string host, int port)
    {
        Assert.Equal(new HostPort(host, port), HostPort.Parse(text));
        Assert.Equal(text, HostPort.Parse(text).ToString());
    }
}
