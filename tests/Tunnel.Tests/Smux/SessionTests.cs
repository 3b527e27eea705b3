using Tunnel.Smux;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Smux;

public sealed class SessionTests
{
    [Fact]
    public async Task The_server_side_opens_2_4_6_and_the_client_side_3_5_7()
    {
        await using var server = new RawPeer(SmuxRole.Server);
        await using var client = new RawPeer(SmuxRole.Client);

        uint[] even = [server.Session.OpenStream().Id, server.Session.OpenStream().Id, server.Session.OpenStream().Id];
        uint[] odd = [client.Session.OpenStream().Id, client.Session.OpenStream().Id, client.Session.OpenStream().Id];

        Assert.Equal([2u, 4u, 6u], even);
        Assert.Equal([3u, 5u, 7u], odd);
        Assert.Equal("0100000002000000" + "0100000004000000" + "0100000006000000", await server.HearBytesAsync(24));
    }

    [Fact]
    public async Task The_credentials_frame_looks_as_Go_writes_it()
    {
        await using var peer = new RawPeer(SmuxRole.Client);
        await peer.SayAsync("01 00 00 00 02 00 00 00");
        SmuxStream control = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();

        await control.WriteAsync("""{"token":"lab-token","domain":"lab.test"}"""u8.ToArray(), Wait.Cancel).Soon();

        Assert.StartsWith("0102290002000000", await peer.HearBytesAsync(49), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_comes_before_the_opener_went_on_is_not_lost()
    {
        await using var peer = new RawPeer();
        SmuxStream stream = peer.Session.OpenStream();

        Assert.Equal("0100000002000000", await peer.HearBytesAsync(8));
        await peer.SayAsync("01 02 01 00 02 00 00 00 61");

        byte[] one = new byte[1];
        Assert.Equal(1, await stream.ReadAsync(one, Wait.Cancel).Soon());
    }

    [Fact]
    public async Task Writes_are_cut_into_frames_of_the_agreed_size_in_order()
    {
        await using var peer = new RawPeer(options: new SmuxOptions { MaxFrameSize = 4 });
        SmuxStream stream = peer.Session.OpenStream();

        await stream.WriteAsync("abcdefghij"u8.ToArray(), Wait.Cancel).Soon();
        await stream.DisposeAsync();

        List<string> heard = [];
        for (int i = 0; i < 5; i++)
        {
            (FrameHeader header, byte[] payload) = await peer.HearAsync();
            heard.Add($"{header.Command} {System.Text.Encoding.ASCII.GetString(payload)}");
        }

        Assert.Equal(["Open ", "Push abcd", "Push efgh", "Push ij", "Finish "], heard);
    }

    [Fact]
    public async Task A_busy_stream_does_not_hold_up_a_small_message_of_another()
    {
        await using var peer = new RawPeer(options: new SmuxOptions { SendBuffer = 4096, MaxFrameSize = 1024 }, room: 4096);
        SmuxStream bulk = peer.Session.OpenStream();
        SmuxStream small = peer.Session.OpenStream();
        ValueTask bulkWrite = bulk.WriteAsync(new byte[1024 * 1024], Wait.Cancel);

        ValueTask smallWrite = small.WriteAsync(new byte[] { 1 }, Wait.Cancel);

        int before = 0;
        while (true)
        {
            (FrameHeader header, byte[] payload) = await peer.HearAsync();
            if (header.StreamId == small.Id && header.Command == FrameCommand.Push)
                break;
            before += payload.Length;
        }

        Assert.InRange(before, 0, 16 * 1024); // out of 1 MiB
        await smallWrite.Soon();
        await bulk.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await bulkWrite);
    }

    [Fact]
    public async Task The_peer_hanging_up_fails_every_waiting_reader_with_the_reason()
    {
        await using var peer = new RawPeer();
        SmuxStream stream = peer.Session.OpenStream();
        ValueTask<int> read = stream.ReadAsync(new byte[1], Wait.Cancel);

        peer.HangUp();

        SmuxException reason = await Assert.ThrowsAsync<SmuxException>(async () => await read.Soon());
        Assert.Equal(SmuxError.RemoteClosed, reason.Error);
        Assert.Same(reason, Assert.Throws<SmuxException>(() => peer.Session.OpenStream()));
        Assert.Same(reason, await Assert.ThrowsAsync<SmuxException>(async () => await peer.Session.AcceptStreamAsync(Wait.Cancel)));
    }

    [Fact]
    public async Task What_had_arrived_before_the_end_can_still_be_read()
    {
        await using var peer = new RawPeer();
        SmuxStream stream = peer.Session.OpenStream();
        await peer.SayAsync("01 02 01 00 02 00 00 00 61");
        await Wait.Until(() => stream.Buffered == 1, "the byte arrives");
        peer.HangUp();
        await peer.Session.Completion.Soon();

        byte[] one = new byte[1];
        int read = await stream.ReadAsync(one, Wait.Cancel).Soon();

        Assert.Equal((1, (byte)'a'), (read, one[0]));
        await Assert.ThrowsAsync<SmuxException>(async () => await stream.ReadAsync(one, Wait.Cancel));
    }

    [Fact]
    public async Task A_cancelled_read_loses_nothing_and_the_next_one_works()
    {
        await using var peer = new RawPeer();
        SmuxStream stream = peer.Session.OpenStream();
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Wait.Cancel);
        ValueTask<int> abandoned = stream.ReadAsync(new byte[8], giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await abandoned);

        await peer.SayAsync("01 02 02 00 02 00 00 00 61 62");

        byte[] two = new byte[2];
        await stream.ReadExactlyAsync(two, Wait.Cancel).Soon();
        Assert.Equal("ab"u8.ToArray(), two);
    }

    [Fact]
    public async Task A_read_of_nothing_waits_for_data_and_takes_none()
    {
        await using var peer = new RawPeer();
        SmuxStream stream = peer.Session.OpenStream();
        ValueTask<int> something = stream.ReadAsync(Memory<byte>.Empty, Wait.Cancel);
        Assert.False(something.IsCompleted);

        await peer.SayAsync("01 02 01 00 02 00 00 00 61");

        Assert.Equal(0, await something.Soon());
        Assert.Equal(1, await stream.ReadAsync(new byte[4], Wait.Cancel).Soon());
    }

    [Fact]
    public async Task A_stream_may_wait_for_data_more_often_than_a_short_number_counts()
    {
        await using var peer = new RawPeer();
        SmuxStream stream = peer.Session.OpenStream();
        byte[] one = new byte[1];

        for (int i = 0; i < 70_000; i++)
        {
            ValueTask<int> read = stream.ReadAsync(one, Wait.Cancel);
            await peer.SayAsync("01 02 01 00 02 00 00 00 61");
            if (await read.Soon() is not 1)
                Assert.Fail($"Read {i} took the stream for ended.");
        }
    }

    [Fact]
    public async Task Two_reads_at_once_are_refused_and_the_first_goes_on()
    {
        await using var peer = new RawPeer();
        SmuxStream stream = peer.Session.OpenStream();
        ValueTask<int> first = stream.ReadAsync(new byte[1], Wait.Cancel);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.ReadAsync(new byte[1], Wait.Cancel));

        await peer.SayAsync("01 02 01 00 02 00 00 00 61");
        Assert.Equal(1, await first.Soon());
    }

    [Fact]
    public async Task Half_closing_sends_FIN_and_goes_on_reading()
    {
        await using var peer = new RawPeer();
        SmuxStream stream = peer.Session.OpenStream();
        stream.CompleteWrites();

        await peer.SayAsync("01 02 01 00 02 00 00 00 61" + "01 01 00 00 02 00 00 00");

        Assert.Equal("0100000002000000" + "0101000002000000", await peer.HearBytesAsync(16));
        Assert.Equal("a", await ReceiverRulesTests.ReadToEndAsync(stream));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.WriteAsync(new byte[1], Wait.Cancel));
        await Wait.Until(() => peer.Session.StreamCount == 0, "both sides sent FIN: the id is free");
    }

    [Fact]
    public async Task Closing_the_session_lets_what_was_written_leave_first()
    {
        await using var peer = new RawPeer();
        SmuxStream stream = peer.Session.OpenStream();
        await stream.WriteAsync("x"u8.ToArray(), Wait.Cancel).Soon();
        await stream.DisposeAsync();

        await peer.Session.DisposeAsync();

        Assert.Equal("0100000002000000" + "010201000200000078" + "0101000002000000", await peer.HearBytesAsync(25));
        Assert.Equal(SmuxError.Closed, peer.Session.CloseReason!.Error);
    }

    [Fact]
    public async Task Closing_towards_a_peer_that_takes_nothing_takes_a_second_and_not_more()
    {
        await using var peer = new RawPeer(room: 16);
        SmuxStream stream = peer.Session.OpenStream();
        ValueTask stuck = stream.WriteAsync(new byte[1024 * 1024], Wait.Cancel);

        Task closing = peer.Session.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);
        TimeSpan waited = TimeSpan.Zero;
        await Wait.Until(
            () =>
            {
                peer.Time.Advance(TimeSpan.FromSeconds(0.05));
                waited += TimeSpan.FromSeconds(0.05);
                return closing.IsCompleted;
            },
            "the session closes");

        Assert.InRange(waited.TotalSeconds, 1, 10); // the clock runs on while the loops end
        await Assert.ThrowsAsync<SmuxException>(async () => await stuck);
    }

    [Fact]
    public async Task A_quiet_session_sends_a_NOP_each_interval()
    {
        await using var peer = new RawPeer();

        peer.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("0103000000000000", await peer.HearBytesAsync(8));
    }

    [Fact]
    public async Task A_session_that_speaks_needs_no_NOP()
    {
        await using var peer = new RawPeer();
        SmuxStream stream = peer.Session.OpenStream();
        await stream.WriteAsync("x"u8.ToArray(), Wait.Cancel).Soon();

        peer.Time.Advance(TimeSpan.FromSeconds(5));
        peer.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("0100000002000000" + "010201000200000078" + "0103000000000000", await peer.HearBytesAsync(25));
    }

    [Fact]
    public async Task A_silent_peer_is_given_up_after_the_limit_even_while_this_side_sends()
    {
        await using var peer = new RawPeer();
        SmuxStream stream = peer.Session.OpenStream();
        for (int i = 0; i < 5; i++)
        {
            await stream.WriteAsync(new byte[8], Wait.Cancel).Soon();
            peer.Time.Advance(TimeSpan.FromSeconds(5));
        }

        await peer.Session.Completion.Soon();
        Assert.Equal(SmuxError.KeepAliveTimeout, peer.Session.CloseReason!.Error);
    }

    [Fact]
    public async Task Any_frame_counts_as_life()
    {
        await using var peer = new RawPeer();
        for (int i = 0; i < 10; i++)
        {
            peer.Time.Advance(TimeSpan.FromSeconds(4));
            await peer.SayAsync("01 03 00 00 00 00 00 00");
            await Wait.Until(() => peer.Session.Silence == TimeSpan.Zero, "the NOP is heard");
        }

        Assert.Null(peer.Session.CloseReason);
    }

    [Theory]
    [InlineData(+3600)]
    [InlineData(-3600)]
    public async Task A_step_of_the_wall_clock_does_not_look_like_silence(int seconds)
    {
        await using var peer = new RawPeer();

        peer.Time.StepWallClock(TimeSpan.FromSeconds(seconds));
        peer.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(peer.Session.CloseReason);
    }

    [Fact]
    public async Task Used_up_ids_end_opening_and_not_the_session()
    {
        await using var peer = new RawPeer(SmuxRole.Server);
        peer.Session.SkipIdsForTests(uint.MaxValue - 3);

        Assert.Equal(uint.MaxValue - 1, peer.Session.OpenStream().Id);
        Assert.Equal(SmuxError.IdsExhausted, Assert.Throws<SmuxException>(() => peer.Session.OpenStream()).Error);
        Assert.Equal(SmuxError.IdsExhausted, Assert.Throws<SmuxException>(() => peer.Session.OpenStream()).Error);
        Assert.Null(peer.Session.CloseReason);
    }
}
