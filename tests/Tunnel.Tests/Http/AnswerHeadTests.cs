using System.Text;
using Tunnel.Http;

namespace Tunnel.Tests.Http;

public sealed class AnswerHeadTests
{
    [Fact]
    public void A_head_is_read_with_all_its_headers()
    {
        AnswerHead head = Parse("HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\nX-A: 1\r\nX-A:  two \t\r\nConnection: close\r\n\r\n");

        Assert.Equal((404, "Not Found", 7L, false, false), (head.Status, head.Reason, head.ContentLength!.Value, head.IsChunked, head.KeepsAlive));
        Assert.Equal(["1", "two"], head.Headers.Where(header => header.Key == "X-A").Select(header => header.Value));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", true)]
    [InlineData("HTTP/1.1 200\r\nConnection: keep-alive, Close\r\n\r\n", false)]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n", false)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n\r\n", true)]
    public void Whether_the_stream_may_be_used_again_is_read_from_version_and_Connection(string head, bool keepsAlive) =>
        Assert.Equal(keepsAlive, Parse(head).KeepsAlive);

    [Theory]
    [InlineData("ICY 200 OK\r\n\r\n")]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nX: y\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX : a\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: a\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    public void What_two_readers_could_read_differently_is_refused(string head) =>
        Assert.Throws<InvalidDataException>(() => Parse(head));

    [Fact]
    public void The_end_of_a_head_is_found_wherever_it_is_cut()
    {
        byte[] head = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nA: b\r\n\r\n");
        for (int cut = 0; cut < head.Length; cut++)
            Assert.Equal(-1, AnswerHead.FindEnd(head.AsSpan(0, cut)));
        Assert.Equal(head.Length, AnswerHead.FindEnd([.. head, .. "body"u8]));
    }

    [Fact]
    public void Random_bytes_are_refused_or_read_and_nothing_else()
    {
        for (int seed = 0; seed < 5_000; seed++)
        {
            var random = new Random(seed);
            byte[] head = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\nX: y\r\n\r\n");
            for (int i = random.Next(6); i >= 0; i--)
                head[random.Next(head.Length)] = (byte)random.Next(256);
            try
            {
                AnswerHead.Parse(head);
            }
            catch (InvalidDataException)
            {
                // the one way to say no
            }
        }
    }

    private static AnswerHead Parse(string head) => AnswerHead.Parse(Encoding.Latin1.GetBytes(head));
}
