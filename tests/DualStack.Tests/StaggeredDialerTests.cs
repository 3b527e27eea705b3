using System.Net;
using System.Net.Sockets;
using Tests.Shared;

namespace DualStack.Tests;

public sealed class StaggeredDialerTests
{
    private static readonly IPAddress[] s_three = [.. Enumerable.Range(1, 3).Select(i => IPAddress.Parse($"192.0.2.{i}"))];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_next_address_is_tried_at_once_when_one_fails()
    {
        var time = new ManualTimeProvider();
        List<IPAddress> tried = [];

        await using Connected connected = await StaggeredDialer.ConnectAsync(
            s_three,
            7505,
            (address, _) =>
            {
                tried.Add(address.Address);
                return address.Address.Equals(s_three[2]) ? Task.FromResult(new Connected(address)) : Task.FromException<Connected>(new SocketException((int)SocketError.ConnectionRefused));
            },
            time,
            Cancel);

        Assert.Equal(s_three, tried);
        Assert.Equal(s_three[2], connected.Address.Address);
    }

    [Fact]
    public async Task A_dead_address_costs_a_quarter_of_a_second_and_is_cancelled_when_another_wins()
    {
        var time = new ManualTimeProvider();
        CancellationToken first = default;
        List<IPAddress> tried = [];
        Task<Connected> connecting = StaggeredDialer.ConnectAsync(
            s_three,
            7505,
            async (address, cancel) =>
            {
                lock (tried)
                    tried.Add(address.Address);
                if (address.Address.Equals(s_three[0]))
                {
                    first = cancel;
                    await Task.Delay(Timeout.Infinite, cancel);
                }

                return new Connected(address);
            },
            time,
            Cancel);
        time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Single(tried);

        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(s_three[1], (await connecting).Address.Address);
        Assert.True(first.IsCancellationRequested);
    }

    [Fact]
    public async Task When_all_fail_the_first_failure_is_told()
    {
        SocketException failure = await Assert.ThrowsAsync<SocketException>(async () => await StaggeredDialer.ConnectAsync(
            s_three,
            7505,
            (address, _) => Task.FromException<Connected>(new SocketException((int)(address.Address.Equals(s_three[0]) ? SocketError.NetworkUnreachable : SocketError.ConnectionRefused))),
            new ManualTimeProvider(),
            Cancel));

        Assert.Equal(SocketError.NetworkUnreachable, failure.SocketErrorCode);
    }

    private sealed class Connected(IPEndPoint address) : IAsyncDisposable
    {
        public IPEndPoint Address => address;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
