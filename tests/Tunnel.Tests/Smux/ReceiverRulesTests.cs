using System.Text;
using Tunnel.Smux;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Smux;

/// <summary>What arrives, byte for byte, and what has to come of it: the rules of Go's receiver, and where ours is stricter.</summary>
public sealed class ReceiverRulesTests
{
    private const string OpenThree = "01 00 00 00 03 00 00 00";

    [Fact]
    public async Task A_stream_is_opened_and_carries_data_until_its_FIN()
    {
        await using var peer = new RawPeer();

        await peer.SayAsync(OpenThree + "01 02 02 00 03 00 00 00 68 69" + "01 01 00 00 03 00 00 00");

        SmuxStream stream = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();
        Assert.Equal((3u, "hi"), (stream.Id, await ReadToEndAsync(stream)));
    }

    [Fact]
    public async Task Headers_may_be_cut_anywhere()
    {
        byte[] wire = RawPeer.Hex(OpenThree + "01 02 03 00 03 00 00 00 61 62 63" + "01 03 00 00 00 00 00 00" + "01 02 01 00 03 00 00 00 64" + "01 01 00 00 03 00 00 00");
        for (int cut = 1; cut < wire.Length; cut++)
        {
            await using var peer = new RawPeer();
            await peer.SayAsync(wire[..cut]);
            await peer.SayAsync(wire[cut..]);
            SmuxStream stream = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();
            Assert.Equal("abcd", await ReadToEndAsync(stream));
        }
    }

    [Fact]
    public async Task Bytes_may_come_one_by_one()
    {
        await using var peer = new RawPeer();
        foreach (byte one in RawPeer.Hex(OpenThree + "01 02 03 00 03 00 00 00 61 62 63" + "01 01 00 00 03 00 00 00"))
            await peer.SayAsync([one]);

        SmuxStream stream = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();
        Assert.Equal("abc", await ReadToEndAsync(stream));
    }

    [Fact]
    public async Task The_largest_payload_is_taken()
    {
        await using var peer = new RawPeer();
        byte[] payload = new byte[FrameHeader.MaxPayload];
        new Random(1).NextBytes(payload);

        await peer.SayAsync(OpenThree);
        await peer.SayAsync(FrameCommand.Push, 3, payload);

        SmuxStream stream = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();
        byte[] read = new byte[payload.Length];
        await stream.ReadExactlyAsync(read, Wait.Cancel).Soon();
        Assert.Equal(payload, read);
    }

    [Theory]
    [InlineData("01 02 00 00 03 00 00 00", "a push without data")]
    [InlineData("01 02 02 00 09 00 00 00 61 62", "data for an unknown id")]
    [InlineData("01 01 00 00 09 00 00 00", "FIN for an unknown id")]
    [InlineData("01 00 00 00 03 00 00 00", "SYN for a live id")]
    [InlineData("01 03 00 00 2a 00 00 00", "NOP with an id")]
    public async Task Harmless_frames_are_ignored(string frame, string what)
    {
        await using var peer = new RawPeer();

        await peer.SayAsync(OpenThree + frame + "01 02 01 00 03 00 00 00 7a" + "01 01 00 00 03 00 00 00");

        SmuxStream stream = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();
        Assert.True("z" == await ReadToEndAsync(stream), what);
        Assert.Null(peer.Session.CloseReason);
    }

    [Theory]
    [InlineData("02 03 00 00 00 00 00 00", "version 2")]
    [InlineData("00 00 00 00 03 00 00 00", "version 0")]
    [InlineData("01 07 00 00 00 00 00 00", "command 7")]
    [InlineData("01 04 08 00 03 00 00 00 00 00 00 00 00 00 01 00", "window update")]
    [InlineData("01 00 05 00 03 00 00 00 61 61 61 61 61", "carries 5 bytes")]
    [InlineData("01 03 01 00 00 00 00 00 61", "carries 1 bytes")]
    public async Task A_frame_that_breaks_the_rules_ends_the_session_with_its_reason(string frame, string reason)
    {
        await using var peer = new RawPeer();

        await peer.SayAsync(frame);

        await peer.Session.Completion.Soon();
        Assert.Equal(SmuxError.ProtocolViolation, peer.Session.CloseReason!.Error);
        Assert.Contains(reason, peer.Session.CloseReason.Message, StringComparison.Ordinal);
        Assert.True(peer.SessionCarrier.IsDisposed);
    }

    [Fact]
    public async Task Data_behind_the_FIN_of_its_stream_is_tolerated_and_dropped()
    {
        await using var peer = new RawPeer();

        await peer.SayAsync(OpenThree + "01 02 01 00 03 00 00 00 61" + "01 01 00 00 03 00 00 00" + "01 02 01 00 03 00 00 00 62");

        SmuxStream stream = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();
        Assert.Equal("a", await ReadToEndAsync(stream));
        Assert.Null(peer.Session.CloseReason);
    }

    [Fact]
    public async Task After_the_peers_FIN_this_side_may_still_send()
    {
        await using var peer = new RawPeer();
        await peer.SayAsync(OpenThree + "01 01 00 00 03 00 00 00");
        SmuxStream stream = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();

        await stream.WriteAsync("late"u8.ToArray(), Wait.Cancel).Soon();
        await stream.DisposeAsync();

        Assert.Equal("01020400030000006c617465" + "0101000003000000", await peer.HearBytesAsync(20));
    }

    [Fact]
    public async Task A_closed_id_may_be_opened_again()
    {
        await using var peer = new RawPeer();
        await peer.SayAsync(OpenThree + "01 02 01 00 03 00 00 00 61");
        SmuxStream first = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();
        await first.DisposeAsync();

        await peer.SayAsync(OpenThree + "01 02 01 00 03 00 00 00 62" + "01 01 00 00 03 00 00 00");

        SmuxStream second = await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon();
        Assert.Equal("b", await ReadToEndAsync(second));
    }

    [Theory]
    [InlineData(2u)]
    [InlineData(7u)]
    [InlineData(4294967295u)]
    public async Task Parity_and_order_of_the_peers_ids_are_its_own_business(uint id)
    {
        await using var peer = new RawPeer();

        await peer.SayAsync(FrameCommand.Open, id);

        Assert.Equal(id, (await peer.Session.AcceptStreamAsync(Wait.Cancel).Soon()).Id);
    }

    [Fact]
    public async Task A_session_that_accepts_no_streams_ends_at_the_first_SYN()
    {
        await using var peer = new RawPeer(acceptStreams: false);

        await peer.SayAsync(OpenThree);

        await peer.Session.Completion.Soon();
        Assert.Equal(SmuxError.ProtocolViolation, peer.Session.CloseReason!.Error);
    }

    [Fact]
    public async Task A_stream_beyond_the_limit_is_answered_with_FIN_and_the_others_live_on()
    {
        await using var peer = new RawPeer(options: new SmuxOptions { MaxStreams = 2 });

        await peer.SayAsync(OpenThree + "01 00 00 00 05 00 00 00" + "01 00 00 00 07 00 00 00");

        Assert.Equal("0101000007000000", await peer.HearBytesAsync(8));
        Assert.Equal(2, peer.Session.StreamCount);
    }

    [Fact]
    public async Task Opening_and_closing_streams_faster_than_allowed_is_answered_with_FIN_until_time_has_passed()
    {
        await using var peer = new RawPeer(options: new SmuxOptions { MaxStreamsPerSecond = 2 });
        await peer.SayAsync(OpenThree + "01 00 00 00 05 00 00 00" + "01 00 00 00 07 00 00 00");
        Assert.Equal("0101000007000000", await peer.HearBytesAsync(8));

        peer.Time.Advance(TimeSpan.FromSeconds(1));
        await peer.SayAsync("01 00 00 00 09 00 00 00");

        await Wait.Until(() => peer.Session.StreamCount == 3, "the stream is accepted a second later");
    }

    [Fact]
    public async Task A_peer_that_floods_and_takes_no_answer_is_given_up()
    {
        await using var peer = new RawPeer(options: new SmuxOptions { MaxStreams = 1 }, room: 4096);
        byte[] many = [.. Enumerable.Range(0, 1000).SelectMany(i => RawPeer.Frame(FrameCommand.Open, (uint)(3 + (2 * i))))];

        for (int i = 0; i < 1000 && peer.Session.CloseReason is null; i++)
        {
            try
            {
                await peer.SayAsync(many);
            }
            catch (InvalidOperationException)
            {
                break; // the session has closed the carrier
            }
        }

        await peer.Session.Completion.Soon();
        Assert.Equal(SmuxError.Flooded, peer.Session.CloseReason!.Error);
    }

    internal static async Task<string> ReadToEndAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        return await reader.ReadToEndAsync(Wait.Cancel).Soon();
    }
}
