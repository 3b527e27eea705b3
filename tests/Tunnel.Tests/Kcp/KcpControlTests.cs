using System.Security.Cryptography;
using Tunnel.Kcp;

namespace Tunnel.Tests.Kcp;

/// <summary>Two ends over a network in memory that loses, doubles, delays and reorders, on a clock that only the test moves.</summary>
public sealed class KcpControlTests
{
    private const uint Conversation = 0x745fbdae;

    [Fact]
    public void The_first_datagram_looks_as_Go_writes_it()
    {
        List<byte[]> sent = [];
        using var control = new KcpControl(Conversation, new KcpOptions(), datagram => sent.Add(datagram.ToArray()), 0, isProven: true);
        control.Write("hello"u8);

        control.Flush(now: 1);

        Assert.Equal("aebd5f74" + "51" + "00" + "2000" + "01000000" + "00000000" + "00000000" + "05000000" + "68656c6c6f", Convert.ToHexStringLower(sent.Single()));
    }

    [Fact]
    public void An_unanswered_segment_is_sent_again_with_growing_patience()
    {
        List<uint> sentAt = [];
        uint now = 0;
        using var control = new KcpControl(Conversation, new KcpOptions(), _ => sentAt.Add(now), 0, isProven: true);
        control.Write("x"u8);
        for (; now < 5_000; now += 10)
            control.Flush(now);

        Assert.Equal([0u, 200u, 600u, 1200u, 2000u, 3000u, 4200u], sentAt);
    }

    [Fact]
    public void An_acknowledgement_carries_number_and_time_of_the_push()
    {
        List<byte[]> sent = [];
        using var control = new KcpControl(Conversation, new KcpOptions(), datagram => sent.Add(datagram.ToArray()), 0, isProven: true);

        control.Input(Push(number: 0, timestamp: 77, "ab"u8), now: 5);
        control.Flush(now: 6);

        Assert.True(KcpSegment.TryRead(sent.Single(), out KcpSegment ack));
        Assert.Equal(new KcpSegment(Conversation, KcpCommand.Acknowledge, 31, 77, 0, 1, 0), ack);
    }

    [Theory]
    [InlineData(0.0, 0, 1)]
    [InlineData(0.05, 100, 2)]
    [InlineData(0.3, 40, 3)]
    public void All_bytes_arrive_in_order_over_a_bad_network(double loss, int jitter, int seed)
    {
        foreach (KcpOptions options in new[] { new KcpOptions(), KcpOptions.Fast })
            Transfer(options, options, loss, jitter, seed, start: 0);
    }

    [Fact]
    public void Ends_with_different_settings_understand_each_other() => Transfer(new KcpOptions(), KcpOptions.Fast, 0.05, 20, seed: 4, start: 0);

    [Fact]
    public void The_clock_may_wrap() => Transfer(new KcpOptions(), new KcpOptions(), 0.1, 20, seed: 5, start: uint.MaxValue - 3_000);

    [Fact]
    public void A_closed_window_is_asked_about_after_seven_seconds_and_opens_again()
    {
        List<KcpSegment> sent = [];
        using var control = new KcpControl(Conversation, new KcpOptions(), datagram => Split(datagram, sent), 0, isProven: true);
        control.Input(Segment(new KcpSegment(Conversation, KcpCommand.TellWindow, 0, 0, 0, 0, 0), []), now: 0);
        control.Write("x"u8);
        for (uint now = 0; now < 7_500; now += 100)
            control.Flush(now);
        Assert.Equal([KcpCommand.AskWindow], sent.Select(segment => segment.Command));

        control.Input(Segment(new KcpSegment(Conversation, KcpCommand.TellWindow, 32, 0, 0, 0, 0), []), now: 7_600);
        control.Flush(7_600);

        Assert.Equal(KcpCommand.Push, sent[^1].Command);
    }

    [Fact]
    public void A_reader_that_drains_a_full_queue_tells_its_window()
    {
        List<KcpSegment> sent = [];
        using var control = new KcpControl(Conversation, new KcpOptions(), datagram => Split(datagram, sent), 0, isProven: true);
        for (uint number = 0; number < 32; number++)
            control.Input(Push(number, 0, "x"u8), now: 0);
        control.Flush(0);
        Assert.Equal(0, sent[^1].Window);

        Assert.Equal(32, control.Read(new byte[64]));
        control.Flush(100);

        Assert.Equal((KcpCommand.TellWindow, (ushort)32), (sent[^1].Command, sent[^1].Window));
    }

    [Fact]
    public void A_push_beyond_the_window_is_neither_kept_nor_acknowledged()
    {
        List<KcpSegment> sent = [];
        using var control = new KcpControl(Conversation, new KcpOptions(), datagram => Split(datagram, sent), 0, isProven: true);

        control.Input(Push(32, 0, "x"u8), now: 0);
        control.Flush(0);

        Assert.Empty(sent);
    }

    [Fact]
    public void Fragments_of_message_mode_are_read_as_bytes()
    {
        using var control = new KcpControl(Conversation, new KcpOptions(), _ => { }, 0, isProven: true);
        byte[] first = Push(0, 0, "ab"u8), second = Push(1, 0, "c"u8);
        first[5] = 1; // frg counts down

        control.Input([.. first, .. second], now: 0);

        byte[] read = new byte[3];
        Assert.Equal(3, control.Read(read));
        Assert.Equal("abc"u8.ToArray(), read);
    }

    [Fact]
    public void Before_an_address_is_proven_no_more_goes_there_than_came_from_there()
    {
        int came = 0, went = 0;
        using var control = new KcpControl(Conversation, new KcpOptions(), datagram => went += datagram.Length, 12345, isProven: false);
        byte[] hello = Push(0, 0, new byte[239]);
        control.Input(hello, now: 0);
        came += hello.Length;
        control.Write(new byte[4000]); // the answer of TLS with its certificate

        // A spoofed peer that pretends to have everything: una is easy to guess.
        for (uint now = 0; now < 60_000; now += 100)
        {
            if (now % 5_000 == 0)
            {
                byte[] guess = Segment(new KcpSegment(Conversation, KcpCommand.Acknowledge, 32, 99, 0, 100, 0), []);
                control.Input(guess, now);
                came += guess.Length;
            }

            control.Flush(now);
            Assert.True(went <= came, $"{went} bytes went to an address that sent {came}");
        }

        Assert.False(control.IsProven);
    }

    [Fact]
    public void An_address_is_proven_by_echoing_what_was_sent_there_and_then_gets_the_rest()
    {
        List<byte[]> toClient = [];
        using var server = new KcpControl(Conversation, new KcpOptions(), datagram => toClient.Add(datagram.ToArray()), 12345, isProven: false);
        List<byte[]> toServer = [];
        using var client = new KcpControl(Conversation, new KcpOptions(), datagram => toServer.Add(datagram.ToArray()), 0, isProven: true);
        client.Write(new byte[239]);
        server.Write(new byte[4000]);

        int received = 0;
        for (uint now = 0; now < 3_000; now += 100)
        {
            client.Flush(now);
            Drain(toServer, server, now);
            server.Flush(now);
            Drain(toClient, client, now);
            received += client.Read(new byte[8000]);
        }

        Assert.True(server.IsProven);
        Assert.Equal(4000, received);
    }

    [Fact]
    public void Whatever_arrives_nothing_breaks()
    {
        for (int seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            using var control = new KcpControl(Conversation, new KcpOptions(), _ => { }, 0, isProven: seed % 2 == 0);
            control.Write(new byte[random.Next(5_000)]);
            for (int i = 0; i < 30; i++)
            {
                byte[] datagram = new byte[random.Next(0, 200)];
                random.NextBytes(datagram);
                if (datagram.Length >= KcpSegment.HeaderSize && random.Next(3) > 0)
                {
                    // Half well-formed: right conversation and kind, plausible numbers, any length.
                    new KcpSegment(Conversation, (KcpCommand)random.Next(80, 86), (ushort)random.Next(64), (uint)random.Next(), (uint)random.Next(-2, 40), (uint)random.Next(-2, 40), random.Next(0, 300))
                        .Write(datagram);
                }

                control.Input(datagram, (uint)(i * 50));
                control.Flush((uint)(i * 50));
                control.Read(new byte[random.Next(100)]);
                Assert.True(control.NextFlush((uint)(i * 50)) is null or > 0);
            }
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Only_a_push_with_number_0_begins_a_conversation(uint number, bool begins) =>
        Assert.Equal(begins, KcpControl.Begins(Push(number, 0, "x"u8), out _));

    private static void Drain(List<byte[]> datagrams, KcpControl to, uint now)
    {
        foreach (byte[] datagram in datagrams.ToArray())
            to.Input(datagram, now);
        datagrams.Clear();
    }

    private static void Transfer(KcpOptions ours, KcpOptions theirs, double loss, int jitter, int seed, uint start)
    {
        var random = new Random(seed);
        var network = new PriorityQueue<(bool ToB, byte[] Datagram), long>();
        uint now = start;
        long elapsed = 0;
        void Send(bool toB, ReadOnlySpan<byte> datagram)
        {
            if (random.NextDouble() < loss)
                return;
            network.Enqueue((toB, datagram.ToArray()), elapsed + 5 + random.Next(jitter + 1));
            if (random.NextDouble() < loss / 2)
                network.Enqueue((toB, datagram.ToArray()), elapsed + 5 + random.Next(jitter + 1));
        }

        using var a = new KcpControl(Conversation, ours, datagram => Send(true, datagram), 0, isProven: true);
        using var b = new KcpControl(Conversation, theirs, datagram => Send(false, datagram), 0xfffffff0, isProven: false);
        byte[] data = RandomNumberGenerator.GetBytes(100_000);
        byte[] read = new byte[data.Length];
        int written = 0, received = 0;
        for (; received < data.Length && elapsed < 3_600_000; elapsed++, now++)
        {
            written += a.Write(data.AsSpan(written));
            while (network.TryPeek(out _, out long due) && due <= elapsed)
            {
                (bool toB, byte[] datagram) = network.Dequeue();
                (toB ? b : a).Input(datagram, now);
            }

            if (elapsed % (int)ours.Interval.TotalMilliseconds == 0)
                a.Flush(now);
            if (elapsed % (int)theirs.Interval.TotalMilliseconds == 0)
                b.Flush(now);
            received += b.Read(read.AsSpan(received));
        }

        Assert.Equal(data, read);
    }

    private static void Split(ReadOnlySpan<byte> datagram, List<KcpSegment> into)
    {
        while (KcpSegment.TryRead(datagram, out KcpSegment segment))
        {
            into.Add(segment);
            datagram = datagram[(KcpSegment.HeaderSize + segment.Length)..];
        }
    }

    private static byte[] Push(uint number, uint timestamp, ReadOnlySpan<byte> data) =>
        Segment(new KcpSegment(Conversation, KcpCommand.Push, 32, timestamp, number, 0, data.Length), data);

    private static byte[] Segment(KcpSegment segment, ReadOnlySpan<byte> data)
    {
        byte[] bytes = new byte[KcpSegment.HeaderSize + data.Length];
        segment.Write(bytes);
        data.CopyTo(bytes.AsSpan(KcpSegment.HeaderSize));
        return bytes;
    }
}
