using System.Text;
using Mgmt.Core.Events;

namespace Mgmt.Core.Tests.Events;

public sealed class EventTests
{
    [Theory]
    [InlineData(">STATE:x,CONNECTED,,,,,,")]
    [InlineData(">STATE:1,CONNECTED")]
    [InlineData(">STATE:99999999999999999,CONNECTED,,,,,,")]
    [InlineData(">LOG:1")]
    [InlineData(">ECHO:x,y")]
    [InlineData(">BYTECOUNT_CLI:1,2")]
    [InlineData(">BYTECOUNT_CLI:-1,2,3")]
    [InlineData(">BYTECOUNT_CLI:4294967296,2,3")]
    [InlineData(">BYTECOUNT_CLI:1,99999999999999999999,3")]
    [InlineData(">BYTECOUNT:x,3")]
    [InlineData(">CLIENT:CONNECT,1")]
    [InlineData(">CLIENT:CONNECT,x,1")]
    [InlineData(">CLIENT:ENV,a=b")]
    [InlineData(">CLIENT:ADDRESS,1,10.8.0.2,2")]
    [InlineData(">CLIENT:FROM_THE_FUTURE,1")]
    [InlineData(">PASSWORD:Something else")]
    [InlineData(">NEED-OK:x")]
    [InlineData(">REMOTE:x")]
    [InlineData(">PROXY:x,y,z")]
    [InlineData(">UPDOWN:SIDEWAYS")]
    [InlineData(">PKCS11ID-COUNT:x")]
    [InlineData(">PKCS11ID-ENTRY:'")]
    [InlineData(">NOTIFY:info")]
    [InlineData("> no colon")]
    public void A_line_that_breaks_its_grammar_is_malformed_and_nothing_more(string line)
    {
        RecordingSink sink = Parse(line + "\r\n>INFO:next\r\n");

        Assert.IsType<ManagementEvent.Malformed>(sink.Events[0]);
        Assert.Equal(new ManagementEvent.Info("next"), sink.Events[1]);
        Assert.Empty(sink.Counts);
    }

    [Theory]
    [InlineData(">BYTECOUNT_CLI:7,10,20\r\n")]
    [InlineData(">BYTECOUNT_CLI:7,10,20\n")]
    [InlineData(">BYTECOUNT_CLI:7,10,20,newer\r\n")]
    [InlineData(">BYTECOUNT_CLI:0000000000007,10,20\r\n")]
    public void An_odd_but_readable_byte_count_is_not_lost(string wire) =>
        Assert.Equal([new ByteCount(new ClientId(7), 10, 20)], Parse(wire).Counts);

    [Fact]
    public void Counters_hold_what_64_bits_hold() =>
        Assert.Equal([new ByteCount(new ClientId(uint.MaxValue), ulong.MaxValue, ulong.MaxValue - 1)], Parse($">BYTECOUNT_CLI:{uint.MaxValue},{ulong.MaxValue},{ulong.MaxValue - 1}\r\n").Counts);

    [Fact]
    public void The_totals_of_a_process_hold_what_64_bits_hold() =>
        Assert.Equal([new ManagementEvent.ProcessByteCount(ulong.MaxValue, ulong.MaxValue - 1)], Parse($">BYTECOUNT:{ulong.MaxValue},{ulong.MaxValue - 1}\r\n").Events);

    [Theory]
    [InlineData("18446744073709551616")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("1e3")]
    public void A_byte_count_that_is_no_number_of_64_bits_is_told_as_it_came(string number) =>
        Assert.Equal($"BYTECOUNT_CLI:0,{number},5", Assert.IsType<ManagementEvent.Malformed>(Assert.Single(Parse($">BYTECOUNT_CLI:0,{number},5\r\n").Events)).Line);

    [Fact]
    public void A_last_line_without_a_line_end_is_delivered_at_the_end()
    {
        RecordingSink sink = Parse(">INFO:before\r\n>FATAL:out of memory");
        sink.Demultiplexer.Complete();

        Assert.Equal([new ManagementEvent.Info("before"), new ManagementEvent.Fatal("out of memory")], sink.Events);
    }

    [Fact]
    public void A_last_reply_without_a_line_end_is_delivered_at_the_end()
    {
        RecordingSink sink = Parse("SUCCESS: half of");
        sink.Demultiplexer.Complete();

        Assert.Equal(["SUCCESS: half of"], sink.Replies);
    }

    [Fact]
    public void A_block_whose_end_lacks_its_line_end_is_whole()
    {
        RecordingSink sink = Parse(">CLIENT:DISCONNECT,3\r\n>CLIENT:ENV,bytes_sent=18446744073709551615\r\n>CLIENT:ENV,END");
        sink.Demultiplexer.Complete();

        Assert.Equal(ulong.MaxValue, Assert.IsType<ManagementEvent.ClientDisconnect>(Assert.Single(sink.Events)).Environment.BytesSent);
    }

    [Theory]
    [InlineData(">BYTECOUNT_CLI:0,100,12")]
    [InlineData(">BYTECOUNT:100,12")]
    public void A_byte_count_that_was_cut_off_is_no_byte_count(string wire)
    {
        RecordingSink sink = Parse(wire);
        sink.Demultiplexer.Complete();

        Assert.Empty(sink.Counts);
        Assert.Equal(wire[1..], Assert.IsType<ManagementEvent.Malformed>(Assert.Single(sink.Events)).Line);
    }

    [Fact]
    public void A_byte_count_that_lacks_nothing_but_its_line_feed_is_one()
    {
        RecordingSink sink = Parse(">BYTECOUNT_CLI:0,100,12\r");
        sink.Demultiplexer.Complete();

        Assert.Equal([new ByteCount(new ClientId(0), 100, 12)], sink.Counts);
    }

    [Fact]
    public void Nothing_is_left_at_an_end_that_follows_a_line_end()
    {
        RecordingSink sink = Parse(">INFO:x\r\n");
        sink.Demultiplexer.Complete();

        Assert.Single(sink.All);
    }

    [Fact]
    public void A_kind_from_the_future_is_delivered_as_it_is() =>
        Assert.Equal([new ManagementEvent.Unknown("FROM_THE_FUTURE", "a:b,c")], Parse(">FROM_THE_FUTURE:a:b,c\r\n").Events);

    [Fact]
    public void A_value_may_look_like_the_end_of_its_block()
    {
        RecordingSink sink = Parse(">CLIENT:CONNECT,0,1\r\n>CLIENT:ENV,username=END\r\n>CLIENT:ENV,x=>CLIENT:ENV,END\r\n>CLIENT:ENV,y=a=b,c\r\n>CLIENT:ENV,END\r\n");

        var connect = Assert.IsType<ManagementEvent.ClientConnect>(Assert.Single(sink.Events));
        Assert.Equal(("END", ">CLIENT:ENV,END", "a=b,c"), (connect.Environment.Username, connect.Environment["x"], connect.Environment["y"]));
    }

    [Fact]
    public void The_last_value_of_a_name_wins()
    {
        // env-filter 1: the client's own words first, under any name it likes
        RecordingSink sink = Parse(">CLIENT:CONNECT,0,1\r\n>CLIENT:ENV,common_name=admin\r\n>CLIENT:ENV,common_name=mallory\r\n>CLIENT:ENV,END\r\n");

        Assert.Equal("mallory", ((ManagementEvent.ClientConnect)sink.Events[0]).Environment.CommonName);
    }

    [Fact]
    public void A_password_shows_in_no_text_and_no_enumeration()
    {
        ManagementEvent connect = Parse(">CLIENT:CONNECT,0,1\r\n>CLIENT:ENV,password=hunter2\r\n>CLIENT:ENV,END\r\n").Events[0];
        ClientEnvironment environment = ((ManagementEvent.ClientConnect)connect).Environment;

        Assert.Equal("hunter2", environment.Password);
        Assert.DoesNotContain("hunter2", connect + string.Concat(environment), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", Parse(">PASSWORD:Auth-Token:hunter2\r\n").Events[0].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", Parse(">CLIENT:ENV,password=hunter2\r\n").Events[0].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", Parse(">PASSWORD:Odd hunter2\r\n").Events[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_line_in_a_block_does_not_break_it()
    {
        RecordingSink sink = Parse(">CLIENT:CONNECT,0,1\r\n>CLIENT:ENV,a=1\r\n>LOG:1795214552,W,bad peer info\r\n>CLIENT:ENV,b=2\r\n>CLIENT:ENV,END\r\n");

        Assert.IsType<ManagementEvent.Log>(sink.Events[0]);
        Assert.Equal(2, Assert.IsType<ManagementEvent.ClientConnect>(sink.Events[1]).Environment.Count);
    }

    [Fact]
    public void A_block_without_its_end_costs_itself_and_not_the_next()
    {
        RecordingSink sink = Parse(">CLIENT:CONNECT,0,1\r\n>CLIENT:ENV,a=1\r\n>CLIENT:ESTABLISHED,0\r\n>CLIENT:ENV,b=2\r\n>CLIENT:ENV,END\r\n");

        Assert.IsType<ManagementEvent.Malformed>(sink.Events[0]);
        Assert.Equal("2", Assert.IsType<ManagementEvent.ClientEstablished>(sink.Events[1]).Environment["b"]);
    }

    [Fact]
    public void A_block_without_bounds_is_dropped_as_too_large()
    {
        var wire = new StringBuilder(">CLIENT:CONNECT,0,1\r\n");
        for (int i = 0; i < 100; i++)
            wire.Append(">CLIENT:ENV,x=").Append('x', 9000).Append("\r\n");
        RecordingSink sink = Parse(wire.Append(">CLIENT:ENV,END\r\n>INFO:next\r\n").ToString());

        Assert.Equal("a block that is too large", Assert.IsType<ManagementEvent.Malformed>(sink.Events[0]).Reason);
        Assert.Equal(new ManagementEvent.Info("next"), sink.Events[1]);
    }

    [Fact]
    public void Bytes_that_are_not_text_are_replaced_and_the_line_kept()
    {
        var sink = new RecordingSink();
        sink.Demultiplexer.Write([.. ">LOG:1795214552,I,a"u8, 0xff, 0xc3, .. "b\r\n"u8]);

        Assert.Equal("a\ufffd\ufffdb", Assert.IsType<ManagementEvent.Log>(sink.Events[0]).Text);
    }

    [Theory]
    [InlineData(32 * 1024, true)]
    [InlineData(32 * 1024 + 1, false)]
    [InlineData(200_000, false)]
    public void A_line_that_is_too_long_is_skipped_however_it_is_cut(int length, bool isKept)
    {
        byte[] line = [.. ">INFO:"u8, .. Enumerable.Repeat((byte)'x', length - 7), (byte)'\n', .. ">INFO:next\r\n"u8];
        var whole = new RecordingSink();
        var pieces = new RecordingSink();

        whole.Demultiplexer.Write(line);
        foreach (byte[] piece in line.Chunk(1000))
            pieces.Demultiplexer.Write(piece);

        Assert.Equal(isKept, whole.Events[0] is ManagementEvent.Info);
        Assert.Equal(whole.Events, pieces.Events);
        Assert.Equal(new ManagementEvent.Info("next"), whole.Events[^1]);
    }

    [Fact]
    public void A_hold_without_its_seconds_is_a_hold() =>
        Assert.Equal([new ManagementEvent.Hold("Waiting for hold release", Wait: null)], Parse(">HOLD:Waiting for hold release\r\n").Events);

    [Fact]
    public void A_reason_may_hold_quotes_and_commas() =>
        Assert.Equal([new ManagementEvent.PasswordRefused("Auth", "it's 'over', ['really']")], Parse(">PASSWORD:Verification Failed: 'Auth' ['it's 'over', ['really']']\r\n").Events);

    private static RecordingSink Parse(string wire)
    {
        var sink = new RecordingSink();
        sink.Demultiplexer.Write(Encoding.UTF8.GetBytes(wire));
        return sink;
    }
}
