using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;
using Tests.Shared;

namespace Mgmt.Core.Tests.Connection;

/// <summary>How a connection ends, and what a slow consumer costs.</summary>
public sealed class LifecycleTests : IAsyncDisposable
{
    private readonly FakeOpenVpnServer _server = new();
    private readonly CancellationToken _cancel = Limits.Token();

    [Fact]
    public async Task When_the_daemon_goes_every_waiter_is_told()
    {
        _server.On("pid", (string?)null);
        await using ManagementConnection connection = await OpenAsync();
        Task<int>[] waiting = [connection.GetPidAsync(_cancel), connection.GetPidAsync(_cancel)];
        await _server.HeardAsync("pid", _cancel);

        await _server.HangUpAsync(_cancel);

        foreach (Task<int> task in waiting)
            await Assert.ThrowsAsync<ManagementClosedException>(() => task);
        await Assert.ThrowsAsync<ManagementClosedException>(() => connection.Completion);
        await Assert.ThrowsAsync<ManagementClosedException>(() => connection.GetPidAsync(_cancel));
    }

    [Fact]
    public async Task The_daemons_last_words_are_delivered_before_the_end()
    {
        await using ManagementConnection connection = await OpenAsync();
        await _server.SayAsync(">FATAL:the end\r\n>STATE:1795214552,EXITING,SIGTERM,,,,,\r\n", _cancel);
        await _server.HangUpAsync(_cancel);

        var events = new List<ManagementEvent>();
        await Assert.ThrowsAsync<ManagementClosedException>(async () =>
        {
            await foreach (ManagementEvent next in connection.ReadEventsAsync(_cancel))
                events.Add(next);
        });

        Assert.Equal(new ManagementEvent.Fatal("the end"), events[0]);
        Assert.Equal(DaemonState.Exiting, Assert.IsType<ManagementEvent.State>(events[1]).Kind);
        Assert.Equal(new ManagementEvent.Closed("OpenVPN closed the connection."), events[2]);
    }

    [Fact]
    public async Task Last_words_without_a_line_end_are_delivered_and_the_end_itself_is_the_last_event()
    {
        await using ManagementConnection connection = await OpenAsync();
        await _server.SayAsync(">FATAL:Error: private key password verification failed", _cancel);
        await _server.HangUpAsync(_cancel);

        List<ManagementEvent> events = [];
        var closed = await Assert.ThrowsAsync<ManagementClosedException>(async () =>
        {
            await foreach (ManagementEvent next in connection.ReadEventsAsync(_cancel))
                events.Add(next);
        });

        Assert.Equal([new ManagementEvent.Fatal("Error: private key password verification failed"), new ManagementEvent.Closed(closed.Message)], events);
        await Assert.ThrowsAsync<ManagementClosedException>(async () => await connection.ReadEventsAsync(_cancel).FirstAsync(_cancel)); // told once
    }

    [Fact]
    public async Task Half_a_reply_at_the_end_answers_nobody_and_is_told()
    {
        _server.On("pid", "SUCCESS: pid=47"); // of 4711
        await using ManagementConnection connection = await OpenAsync();
        Task<int> pid = connection.GetPidAsync(_cancel);
        await _server.HeardAsync("pid", _cancel);
        await _server.HangUpAsync(_cancel);

        await Assert.ThrowsAsync<ManagementClosedException>(() => pid);
        Assert.Equal(new ManagementEvent.Malformed("SUCCESS: pid=47", "a reply that was cut off"), await connection.ReadEventsAsync(_cancel).FirstAsync(_cancel));
    }

    [Fact]
    public async Task An_end_that_we_wanted_is_no_event()
    {
        ManagementConnection connection = await OpenAsync();
        await connection.CloseAsync(_cancel);

        Assert.Empty(await connection.ReadEventsAsync(_cancel).ToArrayAsync(_cancel));
    }

    [Fact]
    public async Task Disposing_twice_is_as_good_as_once()
    {
        ManagementConnection connection = await OpenAsync();

        await connection.DisposeAsync();
        await connection.DisposeAsync();

        await connection.Completion;
        await Assert.ThrowsAsync<ManagementClosedException>(() => connection.GetPidAsync(_cancel));
    }

    [Fact]
    public async Task Two_consumers_at_once_are_one_too_many()
    {
        await using ManagementConnection connection = await OpenAsync();
        await using IAsyncEnumerator<ManagementEvent> first = connection.ReadEventsAsync(_cancel).GetAsyncEnumerator(_cancel);
        ValueTask<bool> waiting = first.MoveNextAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await connection.ReadEventsAsync(_cancel).FirstAsync(_cancel));

        await _server.SayAsync(">INFO:x\r\n", _cancel);
        Assert.True(await waiting);
    }

    [Fact]
    public async Task A_consumer_that_does_not_read_does_not_hold_up_the_replies()
    {
        await using ManagementConnection connection = await OpenAsync();
        string burst = string.Concat(Enumerable.Range(0, 20_000).Select(i => $">LOG:1795214552,I,line {i}\r\n>BYTECOUNT_CLI:{i % 7},{i},{i}\r\n"));
        await _server.SayAsync(burst, _cancel);

        Assert.Equal(4711, await connection.GetPidAsync(_cancel));
        Assert.Equal(20_000 - 4096, connection.DroppedEvents);
    }

    [Fact]
    public async Task What_a_slow_consumer_missed_is_announced_where_it_is_missing()
    {
        await using ManagementConnection connection = await ManagementConnection.OpenAsync(_server.Connect(), new ManagementConnectionOptions { EventCapacity = 2 }, _cancel);
        await _server.SayAsync(string.Concat(Enumerable.Range(0, 5).Select(i => $">INFO:{i}\r\n")), _cancel);
        await connection.GetPidAsync(_cancel);
        await using IAsyncEnumerator<ManagementEvent> events = connection.ReadEventsAsync(_cancel).GetAsyncEnumerator(_cancel);

        Assert.Equal(new ManagementEvent.Info("0"), await NextAsync(events));
        Assert.Equal(new ManagementEvent.Info("1"), await NextAsync(events));
        Assert.Equal(new ManagementEvent.EventsDropped(3), await NextAsync(events));
        await _server.SayAsync(">INFO:5\r\n", _cancel);
        Assert.Equal(new ManagementEvent.Info("5"), await NextAsync(events));
    }

    [Fact]
    public async Task Byte_counts_of_one_client_coalesce_to_the_latest()
    {
        await using ManagementConnection connection = await OpenAsync();
        await _server.SayAsync(string.Concat(Enumerable.Range(1, 1000).Select(i => $">BYTECOUNT_CLI:{i % 2},{i},{i * 2}\r\n")), _cancel);
        await connection.GetPidAsync(_cancel);

        ManagementEvent first = await connection.ReadEventsAsync(_cancel).FirstAsync(_cancel);

        var batch = Assert.IsType<ManagementEvent.ByteCounts>(first);
        Assert.Equal([new ByteCount(new ClientId(1), 999, 1998), new ByteCount(new ClientId(0), 1000, 2000)], batch.Counts);
    }

    [Fact]
    public async Task Byte_counts_stay_on_their_side_of_a_restart()
    {
        await using ManagementConnection connection = await OpenAsync();
        await _server.SayAsync(">BYTECOUNT_CLI:0,100,100\r\n>LOG:1795214552,I,x\r\n>BYTECOUNT_CLI:0,200,200\r\n>STATE:1795214552,RECONNECTING,SIGUSR1,,,,,\r\n>BYTECOUNT_CLI:0,1,1\r\n", _cancel);
        await connection.GetPidAsync(_cancel);

        ManagementEvent[] events = await connection.ReadEventsAsync(_cancel).Where(next => next is not ManagementEvent.Log).Take(3).ToArrayAsync(_cancel);

        Assert.Equal([new ByteCount(new ClientId(0), 200, 200)], Assert.IsType<ManagementEvent.ByteCounts>(events[0]).Counts);
        Assert.IsType<ManagementEvent.State>(events[1]);
        Assert.Equal([new ByteCount(new ClientId(0), 1, 1)], Assert.IsType<ManagementEvent.ByteCounts>(events[2]).Counts);
    }

    [Fact]
    public async Task A_status_that_is_asked_for_in_order_stands_between_what_came_before_and_after_it()
    {
        await using ManagementConnection connection = await OpenAsync();
        _server.On("status 3", ">BYTECOUNT_CLI:0,100,100\r\n" + _server.Status(FakeOpenVpnServer.ClientRow(0, "alice", 150, 150)) + ">BYTECOUNT_CLI:0,200,200\r\n");

        await connection.RequestStatusReportAsync(_cancel);
        ManagementEvent[] events = await connection.ReadEventsAsync(_cancel).Take(3).ToArrayAsync(_cancel);

        Assert.Equal(100u, Assert.IsType<ManagementEvent.ByteCounts>(events[0]).Counts[0].Received);
        Assert.Equal(150u, Assert.IsType<ManagementEvent.StatusReport>(events[1]).Reply.Clients[0].BytesReceived);
        Assert.Equal(200u, Assert.IsType<ManagementEvent.ByteCounts>(events[2]).Counts[0].Received);
    }

    [Fact]
    public async Task The_observer_sees_every_byte_count()
    {
        long count = 0;
        long sum = 0;
        var options = new ManagementConnectionOptions
        {
            ByteCountObserver = counts =>
            {
                foreach (ByteCount next in counts)
                {
                    count++;
                    sum += (long)(next.Received + next.Sent);
                }
            },
        };
        await using ManagementConnection connection = await ManagementConnection.OpenAsync(_server.Connect(), options, _cancel);

        await _server.SayAsync(string.Concat(Enumerable.Range(0, 30_000).Select(i => $">BYTECOUNT_CLI:{i % 3},{i},{i}\r\n")), _cancel);
        await connection.GetPidAsync(_cancel);

        Assert.Equal((30_000L, 30_000L * 29_999), (count, sum));
    }

    [Fact]
    public async Task Two_million_byte_counts_through_a_socket_give_the_exact_sum()
    {
        const int count = 2_000_000;
        string path = Path.Combine(Path.GetTempPath(), $"mgmt-{Guid.NewGuid():N}.sock");
        _server.ListenUnix(path);
        long counted = 0;
        long received = 0;
        long sent = 0;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new ManagementConnectionOptions
        {
            ByteCountObserver = counts =>
            {
                foreach (ByteCount next in counts)
                {
                    received += (long)next.Received;
                    sent += (long)next.Sent;
                }

                counted += counts.Length;
                if (counted == count)
                    done.TrySetResult();
            },
        };
        await using ManagementConnection connection = await ManagementConnection.ConnectAsync(new Mgmt.Core.Sockets.ManagementEndpoint.Unix(path), options, _cancel);

        byte[] block = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 10_000).Select(i => $">BYTECOUNT_CLI:{i % 97},{i},{i * 3L}\r\n")));
        for (int i = 0; i < count / 10_000; i++)
            await _server.SayAsync(block, _cancel);
        await done.Task.WaitAsync(_cancel);

        Assert.Equal((count, 200L * 49_995_000, 200L * 3 * 49_995_000), (counted, received, sent));
        Assert.Equal(0, connection.MalformedLines);
    }

    [Fact]
    public async Task Events_wait_in_bounded_memory_also_when_they_are_few_and_large()
    {
        await using ManagementConnection connection = await ManagementConnection.OpenAsync(_server.Connect(), new ManagementConnectionOptions { MaxQueuedBytes = 100_000 }, _cancel);

        for (int i = 0; i < 100; i++)
            await _server.SayAsync(">LOG:1795214552,I," + new string('x', 10_000) + "\r\n", _cancel);
        await connection.GetPidAsync(_cancel);

        Assert.Equal(91, connection.DroppedEvents);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task<ManagementEvent> NextAsync(IAsyncEnumerator<ManagementEvent> events)
    {
        Assert.True(await events.MoveNextAsync());
        return events.Current;
    }

    private Task<ManagementConnection> OpenAsync() => ManagementConnection.OpenAsync(_server.Connect(), cancellationToken: _cancel);
}
