using System.Net;
using System.Net.Sockets;
using Mgmt.Core.Sockets;
using Tests.Shared;

namespace Mgmt.Core.Tests.Sockets;

public sealed class StaggeredDialerTests
{
    private readonly CancellationToken _cancel = Limits.Token();

    [Fact]
    public async Task A_refused_address_is_followed_by_the_next_without_any_pause()
    {
        using Socket listener = Listen(IPAddress.Loopback);
        IPAddress[] addresses = [IPAddress.Parse("127.0.0.2"), IPAddress.IPv6Loopback, IPAddress.Loopback];
        var stopped = new ManualTimeProvider(); // nobody moves it: whoever waits for it waits for ever

        using Socket connected = await StaggeredDialer.ConnectAsync(addresses, ((IPEndPoint)listener.LocalEndPoint!).Port, stopped, _cancel);

        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)connected.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task When_all_refuse_the_first_failure_is_told()
    {
        int port;
        using (Socket listener = Listen(IPAddress.Loopback))
            port = ((IPEndPoint)listener.LocalEndPoint!).Port;

        var error = await Assert.ThrowsAsync<SocketException>(() => StaggeredDialer.ConnectAsync([IPAddress.Loopback, IPAddress.IPv6Loopback], port, TimeProvider.System, _cancel));

        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    [Fact]
    public async Task Both_families_are_dialled_for_a_name_that_has_both()
    {
        using Socket listener = Listen(IPAddress.IPv6Loopback);

        using Socket connected = await StaggeredDialer.ConnectAsync([IPAddress.Loopback, IPAddress.IPv6Loopback], ((IPEndPoint)listener.LocalEndPoint!).Port, TimeProvider.System, _cancel);

        Assert.Equal(IPAddress.IPv6Loopback, ((IPEndPoint)connected.RemoteEndPoint!).Address);
    }

    private static Socket Listen(IPAddress address)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen();
        return listener;
    }
}
