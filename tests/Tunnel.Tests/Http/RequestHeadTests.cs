using System.Buffers;
using System.Text;
using Tunnel.Http;

namespace Tunnel.Tests.Http;

public sealed class RequestHeadTests
{
    [Fact]
    public void A_request_is_written_in_wire_form()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "http://lab.test/a?b=c");
        request.Headers.TryAddWithoutValidation("User-Agent", "Go-http-client/1.1");

        Assert.Equal("GET /a?b=c HTTP/1.1\r\nHost: lab.test\r\nUser-Agent: Go-http-client/1.1\r\n\r\n", Write(request));
    }

    [Fact]
    public void A_raw_target_stays_as_it_is()
    {
        var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri("http://lab.test/a%2f../%7Ex//b?q=%20", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

        Assert.StartsWith("GET /a%2f../%7Ex//b?q=%20 HTTP/1.1\r\n", Write(request), StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_of_one_hop_Expect_and_those_named_in_Connection_stay_here()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "http://lab.test/") { Content = new ByteArrayContent([1]) };
        foreach ((string name, string value) in new[]
        {
            ("Connection", "X-Private, close"), ("X-Private", "1"), ("Keep-Alive", "5"), ("Proxy-Authorization", "secret"), ("TE", "trailers"),
            ("Upgrade", "h2c"), ("Expect", "100-continue"), ("Transfer-Encoding", "chunked"), ("Accept", "*/*"),
        })
            request.Headers.TryAddWithoutValidation(name, value);

        Assert.Equal("POST / HTTP/1.1\r\nHost: lab.test\r\nContent-Length: 1\r\nAccept: */*\r\n\r\n", Write(request));
    }

    [Fact]
    public void A_body_of_unknown_length_is_chunked_and_a_missing_one_counts_zero()
    {
        Assert.Contains("Transfer-Encoding: chunked\r\n", Write(new HttpRequestMessage(HttpMethod.Post, "http://lab.test/") { Content = new BodyContent(Stream.Null, null) }), StringComparison.Ordinal);
        Assert.Contains("Content-Length: 0\r\n", Write(new HttpRequestMessage(HttpMethod.Post, "http://lab.test/")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-A", "b\r\nInjected: 1")]
    [InlineData("X-A", "b\nInjected: 1")]
    [InlineData("X-A", "b\0")]
    public void A_line_break_in_a_header_is_refused(string name, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "http://lab.test/");
        if (!request.Headers.TryAddWithoutValidation(name, value))
            return; // the framework has refused it already

        try
        {
            Assert.DoesNotContain("\nInjected", Write(request), StringComparison.Ordinal);
        }
        catch (InvalidDataException)
        {
            // refused here
        }
    }

    [Fact]
    public void A_blank_in_the_target_is_refused()
    {
        var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri("http://lab.test/a HTTP/1.1\r\nX: y", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

        Assert.Throws<InvalidDataException>(() => Write(request));
    }

    private static string Write(HttpRequestMessage request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        RequestHead.Write(buffer, request, upgrade: null);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
