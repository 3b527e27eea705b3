using Mgmt.Core.Sockets;

namespace Mgmt.Core.Tests.Sockets;

public sealed class SocketAdvisorTests
{
    private const SocketAdviceSeverity Error = SocketAdviceSeverity.Error;
    private const SocketAdviceSeverity Warning = SocketAdviceSeverity.Warning;
    private const SocketAdviceSeverity Advice = SocketAdviceSeverity.Advice;

    [Theory]
    // what a server listens on
    [InlineData("server 10.8.0.0 255.255.255.0\nproto udp", 2, Warning, "IPv4 only")]
    [InlineData("server 10.8.0.0 255.255.255.0", 0, Warning, "IPv4 only")]
    [InlineData("mode server\nproto tcp-server", 2, Warning, "tcp6-server")]
    [InlineData("server 10.8.0.0 255.255.255.0\nproto udp4", 2, Advice, "IPv4 only")]
    [InlineData("server 10.8.0.0 255.255.255.0\nproto udp6\nbind ipv6only", 3, Warning, "IPv4")]
    [InlineData("server 10.8.0.0 255.255.255.0\nlocal 198.51.100.1", 2, Warning, "IPv6 cannot connect")]
    [InlineData("server 10.8.0.0 255.255.255.0\nlocal 2001:db8::1\nproto udp6", 2, Warning, "IPv4 cannot connect")]
    [InlineData("server 10.8.0.0 255.255.255.0\nproto udp4\nlocal 2001:db8::1", 3, Error, "never match")]
    [InlineData("server 10.8.0.0 255.255.255.0\nlocal 198.51.100.1 1194 udp6", 2, Error, "never match")]
    [InlineData("server 10.8.0.0 255.255.255.0\nproto udp6\nremote 1.2.3.4", 3, Error, "no remote")]
    [InlineData("server 10.8.0.0 255.255.255.0\nproto udp6\nnobind", 3, Error, "nobind")]
    [InlineData("server 10.8.0.0 255.255.255.0\nproto tcp6-client", 2, Error, "tcp-server")]
    // where a client goes
    [InlineData("client\nproto udp4\nremote 2001:db8::1 1194", 3, Error, "never match")]
    [InlineData("client\nremote 198.51.100.1 1194 udp6", 2, Error, "never match")]
    [InlineData("client\n<connection>\nremote 198.51.100.1 1194\nproto tcp6-client\n</connection>", 3, Error, "never match")]
    [InlineData("client\nlocal 198.51.100.2\nremote 2001:db8::1", 3, Error, "no packet")]
    [InlineData("client\nlocal 198.51.100.2\nremote vpn.example.net", 3, Warning, "only the IPv4")]
    [InlineData("client\nproto tcp-server\nremote vpn.example.net", 2, Error, "tcp-client")]
    [InlineData("client", 0, Error, "needs a remote")]
    [InlineData("client\nremote vpn.example.net\nnobind\nlport 1194", 3, Error, "together")]
    [InlineData("client\nremote vpn.example.net\nlocal 198.51.100.2\nnobind", 4, Error, "together")]
    [InlineData("client\nremote vpn.example.net\nbind", 3, Advice, "port of its own")]
    // two peers
    [InlineData("dev tun\nproto tcp\nremote peer", 2, Error, "tcp-server on one side")]
    [InlineData("dev tun\nremote peer.example.net", 2, Warning, "same family")]
    [InlineData("dev tun\nproto udp", 2, Warning, "IPv4 only")]
    // words and numbers
    [InlineData("client\nremote vpn.example.net 99999", 2, Error, "port from 0 to 65535")]
    [InlineData("client\nremote vpn.example.net\nport", 3, Error, "port from 0 to 65535")]
    [InlineData("client\nproto sctp\nremote x", 2, Error, "not a protocol")]
    // management
    [InlineData("management-hold", 1, Error, "needs a 'management' line")]
    [InlineData("dev tun\nremote 1.2.3.4\nmanagement 127.0.0.1", 3, Error, "address and a port")]
    [InlineData("dev tun\nremote 1.2.3.4\nmanagement 127.0.0.1 0", 3, Error, "port from 1")]
    [InlineData("dev tun\nremote 1.2.3.4\nmanagement 0.0.0.0 7505", 3, Warning, "controls this OpenVPN")]
    [InlineData("dev tun\nremote 1.2.3.4\nmanagement 198.51.100.1 7505 pw", 3, Warning, "not encrypted")]
    [InlineData("dev tun\nremote 1.2.3.4\nmanagement 127.0.0.1 7505", 3, Advice, "password file")]
    [InlineData("dev tun\nremote 1.2.3.4\nmanagement localhost 7505 pw", 3, Advice, "one address of 'localhost'")]
    [InlineData("dev tun\nremote 1.2.3.4\nmanagement /run/x.sock unix", 3, Advice, "every local user")]
    public void A_mistake_is_found_on_its_line(string configuration, int line, SocketAdviceSeverity severity, string part)
    {
        IReadOnlyList<SocketAdvice> found = SocketAdvisor.Examine(configuration);

        Assert.Contains(found, advice => advice.Line == line && advice.Severity == severity && advice.Text.Contains(part, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("server 10.8.0.0 255.255.255.0\nproto udp6\nport 1194\nmanagement /run/x.sock unix\nmanagement-client-user root")]
    [InlineData("server 10.8.0.0 255.255.255.0\nlocal 198.51.100.1 1194 udp4\nlocal 2001:db8::1 1194 udp6")]
    [InlineData("client\nremote vpn.example.net 1194 udp\nremote 2001:db8::1 1194 udp6\nnobind")]
    [InlineData("client\nremote vpn.example.net openvpn")]
    [InlineData("dev tun\nlocal 198.51.100.1\nremote 198.51.100.2\nproto udp4")]
    [InlineData("dev tun\nproto tcp-client\nremote 198.51.100.2")]
    [InlineData("client # proto sctp\n; remote nowhere 99999\nremote 'vpn.example.net' \"1194\"")]
    [InlineData("client\nremote 198.51.100.2\n<ca>\nproto sctp\nremote x 99999\n</ca>")]
    [InlineData("dev tun\nremote 198.51.100.2\nmanagement 127.0.0.1 7505 pw")]
    [InlineData("dev tun\nremote 198.51.100.2\nmanagement manager.example.net 7505\nmanagement-client")]
    public void A_configuration_that_is_as_it_should_be_is_left_alone(string configuration) => Assert.Empty(SocketAdvisor.Examine(configuration));
}
