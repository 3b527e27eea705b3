using System.Net;
using System.Net.Sockets;

namespace DualStack.Tests;

public sealed class PassiveBinderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_wildcard_binds_both_families_on_one_port_and_each_takes_its_own()
    {
        BoundSockets bound = await PassiveBinder.BindAsync("*", 0, AddressFamily.Unspecified, SocketType.Stream, Cancel);

        Assert.Equal([AddressFamily.InterNetwork, AddressFamily.InterNetworkV6], bound.Sockets.Select(socket => socket.AddressFamily));
        Assert.Single(bound.Sockets.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port).Distinct());
        Assert.Null(bound.OnlyFamily);
        Close(bound);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_forced_family_is_the_only_one(AddressFamily family)
    {
        BoundSockets bound = await PassiveBinder.BindAsync("*", 0, family, SocketType.Dgram, Cancel);

        Assert.Equal(family, bound.OnlyFamily);
        Close(bound);
    }

    [Fact]
    public async Task A_forced_family_that_can_never_match_is_an_error() =>
        await Assert.ThrowsAsync<SocketException>(() => PassiveBinder.BindAsync("127.0.0.1", 0, AddressFamily.InterNetworkV6, SocketType.Stream, Cancel));

    [Fact]
    public async Task When_one_address_cannot_be_bound_none_is()
    {
        using var taken = new TcpListener(IPAddress.IPv6Any, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await Assert.ThrowsAsync<SocketException>(() => PassiveBinder.BindAsync("*", port, AddressFamily.Unspecified, SocketType.Stream, Cancel));

        using var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Any, port)); // was given back
    }

    private static void Close(BoundSockets bound)
    {
        foreach (Socket socket in bound.Sockets)
            socket.Dispose();
    }
}
