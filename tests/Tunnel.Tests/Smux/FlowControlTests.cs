using System.Buffers.Binary;
using Tunnel.Smux;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Smux;

public sealed class FlowControlTests
{
    private static readonly SmuxOptions s_version2 = new() { Version = 2 };
    private static readonly SmuxOptions s_smallBudget = new() { MaxReceiveBuffer = 128 * 1024 };

    [Fact]
    public async Task A_used_up_receive_buffer_stops_reading_and_goes_on_when_somebody_reads()
    {
        await using var peer = new RawPeer(options: s_smallBudget, room: 4096);
        await peer.SayAsync("01 00 00 00 03 00 00 00" + "01 00 00 00 05 00 00 00");
        SmuxStream full = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();
        SmuxStream other = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();
        Task saying = SayALotAsync(peer, full.Id, 256 * 1024, then: (other.Id, "x"));
        await Wait.Until(() => peer.Session.Buffered >= s_smallBudget.MaxReceiveBuffer, "the buffer fills");
        ValueTask<int> starved = other.ReadAsync(new byte[1], Wait.Cancel);
        Assert.False(starved.IsCompleted);

        await full.ReadExactlyAsync(new byte[256 * 1024], Wait.Cancel).Soon();

        Assert.Equal(1, await starved.Soon());
        await saying.Soon();
    }

    [Fact]
    public async Task Without_progress_the_stream_that_holds_most_is_closed_and_the_others_go_on()
    {
        await using var peer = new RawPeer(options: s_smallBudget, room: 4096);
        await peer.SayAsync("01 00 00 00 03 00 00 00" + "01 00 00 00 05 00 00 00");
        SmuxStream full = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();
        SmuxStream other = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();
        Task saying = SayALotAsync(peer, full.Id, 256 * 1024, then: (other.Id, "x"));
        await Wait.Until(() => peer.Session.Buffered >= s_smallBudget.MaxReceiveBuffer, "the buffer fills");

        ValueTask<int> starved = other.ReadAsync(new byte[1], Wait.Cancel);
        await Wait.Until(() => AdvanceAndSee(peer, () => full.Failure is not null), "the holder is closed");

        Assert.Equal(1, await starved.Soon());
        SmuxException reason = await Assert.ThrowsAsync<SmuxException>(async () => await full.ReadAsync(new byte[1], Wait.Cancel));
        Assert.Equal(SmuxError.StreamStalled, reason.Error);
        Assert.Equal("0101000003000000", await HearFinAsync(peer));
        Assert.Null(peer.Session.CloseReason);
        await saying.Soon();
    }

    [Fact]
    public async Task A_slow_reader_that_makes_progress_keeps_its_stream()
    {
        await using var peer = new RawPeer(options: s_smallBudget, room: 4096);
        await peer.SayAsync("01 00 00 00 03 00 00 00");
        SmuxStream slow = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();
        Task saying = SayALotAsync(peer, slow.Id, 256 * 1024, then: null);

        byte[] little = new byte[16 * 1024];
        for (int read = 0; read < 256 * 1024;)
        {
            peer.Time.Advance(TimeSpan.FromSeconds(4));
            read += await slow.ReadAsync(little, Wait.Cancel).Soon();
        }

        await saying.Soon();
        Assert.Null(slow.Failure);
    }

    [Fact]
    public async Task Closing_a_stream_frees_what_it_held()
    {
        await using var peer = new RawPeer();
        await peer.SayAsync("01 00 00 00 03 00 00 00" + "01 02 04 00 03 00 00 00 61 62 63 64");
        SmuxStream stream = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();
        await Wait.Until(() => peer.Session.Buffered == 4, "four bytes are held");

        await stream.DisposeAsync();

        Assert.Equal(0, peer.Session.Buffered);
    }

    [Fact]
    public async Task Silence_is_not_counted_while_this_side_does_not_read()
    {
        await using var peer = new RawPeer(options: s_smallBudget with { StallTimeout = TimeSpan.FromHours(1) }, room: 4096);
        await peer.SayAsync("01 00 00 00 03 00 00 00");
        SmuxStream full = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();
        Task saying = SayALotAsync(peer, full.Id, 256 * 1024, then: null);
        await Wait.Until(() => peer.Session.Buffered >= s_smallBudget.MaxReceiveBuffer, "the buffer fills");
        await Wait.Until(() => peer.Session.IsPaused, "the session pauses");

        peer.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Null(peer.Session.CloseReason);
        await full.ReadExactlyAsync(new byte[256 * 1024], Wait.Cancel).Soon();
        await saying.Soon();
    }

    [Fact]
    public async Task Version_2_sends_no_more_than_the_first_window_and_goes_on_after_an_update()
    {
        await using var peer = new RawPeer(options: s_version2, room: 4 * 1024 * 1024);
        SmuxStream stream = peer.Session.OpenStream();
        ValueTask write = stream.WriteAsync(new byte[300_000], Wait.Cancel);
        Assert.Equal(262_144, await HearDataAsync(peer, 262_144));
        Assert.False(write.IsCompleted);

        await peer.SayAsync(FrameCommand.Update, stream.Id, Update(consumed: 262_144, window: 65_536), version: 2);

        Assert.Equal(300_000 - 262_144, await HearDataAsync(peer, 300_000 - 262_144));
        await write.Soon();
    }

    [Fact]
    public async Task A_window_that_shrank_below_what_is_in_flight_sends_nothing()
    {
        await using var peer = new RawPeer(options: s_version2, room: 4 * 1024 * 1024);
        SmuxStream stream = peer.Session.OpenStream();
        ValueTask write = stream.WriteAsync(new byte[262_145], Wait.Cancel);
        await HearDataAsync(peer, 262_144);

        await peer.SayAsync(FrameCommand.Update, stream.Id, Update(consumed: 1000, window: 65_536), version: 2);
        await peer.SayAsync(FrameCommand.Update, stream.Id, Update(consumed: 262_144 - 65_535, window: 65_536), version: 2);

        Assert.Equal(1, await HearDataAsync(peer, 1));
        await write.Soon();
    }

    [Fact]
    public async Task An_update_beyond_what_was_sent_ends_the_stream_and_not_the_session()
    {
        await using var peer = new RawPeer(options: s_version2);
        SmuxStream stream = peer.Session.OpenStream();

        await peer.SayAsync(FrameCommand.Update, stream.Id, Update(consumed: 1, window: 65_536), version: 2);

        SmuxException reason = await Assert.ThrowsAsync<SmuxException>(async () => await stream.ReadAsync(new byte[1], Wait.Cancel).Soon());
        Assert.Equal(SmuxError.ProtocolViolation, reason.Error);
        Assert.Null(peer.Session.CloseReason);
    }

    [Fact]
    public async Task Version_2_tells_after_the_first_read_and_then_after_half_of_the_buffer()
    {
        await using var peer = new RawPeer(options: s_version2);
        await peer.SayAsync(FrameCommand.Open, 3, version: 2);
        SmuxStream stream = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();

        await peer.SayAsync(FrameCommand.Push, 3, new byte[41], version: 2);
        await stream.ReadExactlyAsync(new byte[41], Wait.Cancel).Soon();
        await peer.SayAsync(FrameCommand.Push, 3, new byte[32_767], version: 2);
        await stream.ReadExactlyAsync(new byte[32_767], Wait.Cancel).Soon();
        await peer.SayAsync(FrameCommand.Push, 3, new byte[1], version: 2);
        await stream.ReadExactlyAsync(new byte[1], Wait.Cancel).Soon();

        Assert.Equal("0204080003000000" + "29000000" + "00000100", await peer.HearBytesAsync(16));
        Assert.Equal("0204080003000000" + "29800000" + "00000100", await peer.HearBytesAsync(16));
    }

    [Fact]
    public async Task A_version_2_peer_that_ignores_its_window_loses_the_stream()
    {
        await using var peer = new RawPeer(options: s_version2, room: 1024 * 1024);
        await peer.SayAsync(FrameCommand.Open, 3, version: 2);
        SmuxStream stream = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();

        for (int i = 0; i < 9; i++)
            await peer.SayAsync(FrameCommand.Push, 3, new byte[32 * 1024], version: 2);

        await Wait.Until(() => stream.Failure is SmuxException { Error: SmuxError.Flooded }, "the stream is closed");
        Assert.Null(peer.Session.CloseReason);
        Assert.Equal(0, peer.Session.Buffered);
    }

    [Fact]
    public async Task Window_arithmetic_is_modulo_2_to_the_32()
    {
        var outbound = new OutboundStream(2);
        outbound.CountWritten(int.MaxValue);
        Assert.True(outbound.TryUpdate(int.MaxValue, 65_536));
        outbound.CountWritten(int.MaxValue);
        outbound.CountWritten(100); // past 2^32
        Assert.True(outbound.TryUpdate(unchecked((uint)int.MaxValue * 2), 65_536));

        Assert.Equal(65_536 - 100, outbound.Allowance);
        await Task.CompletedTask;
    }

    private static bool AdvanceAndSee(RawPeer peer, Func<bool> condition)
    {
        peer.Time.Advance(TimeSpan.FromSeconds(1));
        return condition();
    }

    private static async Task SayALotAsync(RawPeer peer, uint id, int count, (uint Id, string Text)? then)
    {
        for (int sent = 0; sent < count; sent += 16 * 1024)
            await peer.SayAsync(FrameCommand.Push, id, new byte[16 * 1024]);
        if (then is { } last)
            await peer.SayAsync(FrameCommand.Push, last.Id, System.Text.Encoding.ASCII.GetBytes(last.Text));
    }

    private static async Task<string> HearFinAsync(RawPeer peer)
    {
        (FrameHeader header, _) = await peer.HearAsync();
        byte[] bytes = new byte[FrameHeader.Size];
        header.Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private static async Task<int> HearDataAsync(RawPeer peer, int count)
    {
        int heard = 0;
        while (heard < count)
        {
            (FrameHeader header, byte[] payload) = await peer.HearAsync();
            if (header.Command == FrameCommand.Push)
                heard += payload.Length;
        }

        return heard;
    }

    private static byte[] Update(uint consumed, uint window)
    {
        byte[] payload = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, consumed);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(4), window);
        return payload;
    }
}
