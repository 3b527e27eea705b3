using System.Net;
using System.Net.Sockets;
using Tunnel.Sockets;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Sockets;

public sealed class DualStackTests
{
    private static readonly IPEndPoint[] s_three = [.. Enumerable.Range(1, 3).Select(i => new IPEndPoint(IPAddress.Parse($"192.0.2.{i}"), 1))];

    [Theory]
    [InlineData("example.org:443", "example.org", 443)]
    [InlineData("[2001:db8::1]:8443", "2001:db8::1", 8443)]
    [InlineData("*:0", "*", 0)]
    public void Addresses_are_read_as_people_write_them(string text, string host, int port)
    {
        Assert.Equal(new HostPort(host, port), HostPort.Parse(text));
        Assert.Equal(text, HostPort.Parse(text).ToString());
    }

    [Fact]
    public async Task The_wildcard_binds_both_families_on_one_port_and_each_takes_its_own()
    {
        Socket[] sockets = await DualStack.BindAsync(new HostPort("*", 0), AddressFamilies.Both, SocketType.Stream, Wait.Cancel);

        Assert.Equal([AddressFamily.InterNetworkV6, AddressFamily.InterNetwork], sockets.Select(socket => socket.AddressFamily));
        Assert.Single(sockets.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port).Distinct());
        foreach (Socket socket in sockets)
            socket.Dispose();
    }

    [Theory]
    [InlineData(AddressFamilies.IPv4, AddressFamily.InterNetwork)]
    [InlineData(AddressFamilies.IPv6, AddressFamily.InterNetworkV6)]
    public async Task A_forced_family_is_the_only_one(AddressFamilies families, AddressFamily expected)
    {
        Socket[] sockets = await DualStack.BindAsync(new HostPort("*", 0), families, SocketType.Dgram, Wait.Cancel);

        Assert.Equal([expected], sockets.Select(socket => socket.AddressFamily));
        foreach (Socket socket in sockets)
            socket.Dispose();
    }

    [Fact]
    public async Task A_forced_family_that_can_never_match_is_an_error() =>
        await Assert.ThrowsAsync<SocketException>(async () => await DualStack.ResolveAsync(new HostPort("127.0.0.1", 1), AddressFamilies.IPv6, Wait.Cancel));

    [Fact]
    public async Task When_one_address_cannot_be_bound_none_is()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await Assert.ThrowsAsync<SocketException>(async () => await DualStack.BindAsync(new HostPort("*", port), AddressFamilies.Both, SocketType.Stream, Wait.Cancel));

        using var free = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = false };
        free.Bind(new IPEndPoint(IPAddress.IPv6Any, port)); // was given back
    }

    [Fact]
    public async Task The_next_address_is_tried_at_once_when_one_fails()
    {
        var time = new ManualTimeProvider();
        List<IPEndPoint> tried = [];

        await using Connected connected = await DualStack.ConnectAsync(
            s_three,
            (address, _) =>
            {
                tried.Add(address);
                return address.Equals(s_three[2]) ? Task.FromResult(new Connected(address)) : Task.FromException<Connected>(new SocketException((int)SocketError.ConnectionRefused));
            },
            time,
            Wait.Cancel).Soon();

        Assert.Equal(s_three, tried);
        Assert.Equal(s_three[2], connected.Address);
    }

    [Fact]
    public async Task A_dead_address_costs_a_quarter_of_a_second_and_is_cancelled_when_another_wins()
    {
        var time = new ManualTimeProvider();
        CancellationToken first = default;
        List<IPEndPoint> tried = [];
        Task<Connected> connecting = DualStack.ConnectAsync(
            s_three,
            async (address, cancel) =>
            {
                lock (tried)
                    tried.Add(address);
                if (address.Equals(s_three[0]))
                {
                    first = cancel;
                    await Task.Delay(Timeout.Infinite, cancel);
                }

                return new Connected(address);
            },
            time,
            Wait.Cancel);
        time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Single(tried);

        await Wait.Until(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(1));
                return connecting.IsCompleted;
            },
            "the second address wins");

        Assert.Equal(s_three[1], (await connecting).Address);
        Assert.True(first.IsCancellationRequested);
    }

    [Fact]
    public async Task When_all_fail_the_first_failure_is_told()
    {
        SocketException failure = await Assert.ThrowsAsync<SocketException>(async () => await DualStack.ConnectAsync(
            s_three,
            (address, _) => Task.FromException<Connected>(new SocketException((int)(address.Equals(s_three[0]) ? SocketError.NetworkUnreachable : SocketError.ConnectionRefused))),
            new ManualTimeProvider(),
            Wait.Cancel).Soon());

        Assert.Equal(SocketError.NetworkUnreachable, failure.SocketErrorCode);
    }

    private sealed class Connected(IPEndPoint address) : IAsyncDisposable
    {
        public IPEndPoint Address => address;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
