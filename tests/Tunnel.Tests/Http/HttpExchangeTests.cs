using System.Net;
using System.Text;
using Tests.Shared;

using Tunnel.Http;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Http;

/// <summary>One request and its answer, the other end speaking bytes.</summary>
public sealed class HttpExchangeTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly ExchangeWatch _watch;
    private readonly Transport _transport;
    private readonly InMemoryCarrier _peer;

    public HttpExchangeTests()
    {
        _watch = new ExchangeWatch(_time);
        (InMemoryCarrier ours, _peer) = InMemoryCarrier.CreatePair();
        _transport = new Transport(ours);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nTrailer: x\r\n\r\n", true)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello", false)]
    public async Task An_answer_is_read_whole_and_byte_by_byte(string wire, bool reusable)
    {
        Task<HttpResponseMessage> sending = SendAsync();
        foreach (byte one in Encoding.Latin1.GetBytes(wire))
            await _peer.WriteAsync(new[] { one }, Wait.Cancel);

        using HttpResponseMessage answer = await sending.Soon();
        Assert.Equal("hello", await answer.Content.ReadAsStringAsync(Wait.Cancel).Soon());
        Assert.Equal(reusable, _transport.ReleasedReusable);
    }

    [Fact]
    public async Task Bytes_behind_a_complete_answer_close_the_stream()
    {
        Task<HttpResponseMessage> sending = SendAsync();
        await SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");

        using HttpResponseMessage answer = await sending.Soon();

        Assert.False(_transport.ReleasedReusable);
    }

    [Fact]
    public async Task An_answer_until_the_end_of_the_stream_is_read_to_there()
    {
        Task<HttpResponseMessage> sending = SendAsync();
        await SayAsync("HTTP/1.0 200 OK\r\n\r\nhello");
        _peer.Dispose();

        using HttpResponseMessage answer = await sending.Soon();

        Assert.Equal("hello", await answer.Content.ReadAsStringAsync(Wait.Cancel).Soon());
    }

    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nX:")]
    public async Task What_is_no_answer_fails_this_exchange_and_releases_its_stream(string wire)
    {
        Task<HttpResponseMessage> sending = SendAsync();
        await SayAsync(wire);
        _peer.Dispose();

        TunnelException failure = await Assert.ThrowsAsync<TunnelException>(async () => await sending.Soon());

        Assert.Equal(TunnelError.CannotReadResponse, failure.Error);
        Assert.False(_transport.ReleasedReusable);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nhello\r\n0\r\n\r\n")]
    public async Task Half_an_answer_is_never_taken_for_a_whole_one(string wire)
    {
        Task<HttpResponseMessage> sending = SendAsync();
        await SayAsync(wire);
        _peer.Dispose();
        using HttpResponseMessage answer = await sending.Soon();
        Stream body = await answer.Content.ReadAsStreamAsync(Wait.Cancel);

        TunnelException failure = await Assert.ThrowsAsync<TunnelException>(async () => await body.CopyToAsync(Stream.Null, Wait.Cancel).Soon());

        Assert.Equal(TunnelError.CannotReadResponse, failure.Error);
        Assert.False(_transport.ReleasedReusable);
    }

    [Fact]
    public async Task A_header_without_end_is_not_read_without_end()
    {
        Task<HttpResponseMessage> sending = SendAsync();
        _ = SayAsync("HTTP/1.1 200 OK\r\nX: " + new string('x', 70_000)); // it may not end: nobody has to read on

        TunnelException failure = await Assert.ThrowsAsync<TunnelException>(async () => await sending.Soon());

        Assert.Contains("longer than 65536", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_put_off_without_end_fails()
    {
        Task<HttpResponseMessage> sending = SendAsync();
        await SayAsync(string.Concat(Enumerable.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 17)));

        TunnelException failure = await Assert.ThrowsAsync<TunnelException>(async () => await sending.Soon());

        Assert.Contains("put off", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_answer_within_its_time_fails_with_that_reason()
    {
        Task<HttpResponseMessage> sending = SendAsync();
        await HearAsync("\r\n\r\n");

        _time.Advance(TimeSpan.FromSeconds(62));

        TunnelException failure = await Assert.ThrowsAsync<TunnelException>(async () => await sending.Soon());
        Assert.Equal(TunnelError.TimedOut, failure.Error);
    }

    [Fact]
    public async Task A_body_that_stops_for_too_long_fails_with_that_reason()
    {
        Task<HttpResponseMessage> sending = SendAsync();
        await SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        using HttpResponseMessage answer = await sending.Soon();
        Stream body = await answer.Content.ReadAsStreamAsync(Wait.Cancel);
        await body.ReadExactlyAsync(new byte[5], Wait.Cancel).AsTask().Soon();
        Task<int> rest = body.ReadAsync(new byte[5], Wait.Cancel).AsTask();

        _time.Advance(TimeSpan.FromSeconds(102));

        TunnelException failure = await Assert.ThrowsAsync<TunnelException>(async () => await rest.Soon());
        Assert.Equal(TunnelError.TimedOut, failure.Error);
    }

    [Fact]
    public async Task A_body_is_never_followed_by_FIN_while_the_answer_is_awaited()
    {
        Task<HttpResponseMessage> sending = SendAsync(new ByteArrayContent("body"u8.ToArray()));

        Assert.EndsWith("body", await HearAsync("body"), StringComparison.Ordinal);

        Assert.False(((InMemoryCarrier)_transport.Stream).IsDisposed);
        await SayAsync("HTTP/1.1 204 No Content\r\n\r\n");
        using HttpResponseMessage answer = await sending.Soon();
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_shorter_than_announced_ends_the_exchange_instead_of_confusing_the_peer()
    {
        var content = new BodyContent(new MemoryStream([1, 2, 3]), length: 10);

        TunnelException failure = await Assert.ThrowsAsync<TunnelException>(async () => await SendAsync(content).Soon());

        Assert.Equal(TunnelError.CannotWriteRequest, failure.Error);
        Assert.False(_transport.ReleasedReusable);
    }

    [Fact]
    public async Task An_early_answer_is_taken_while_the_body_is_still_on_its_way()
    {
        var endless = new System.IO.Pipelines.Pipe();
        Task<HttpResponseMessage> sending = SendAsync(new BodyContent(endless.Reader.AsStream(), length: null));
        await HearAsync("chunked\r\n");

        await SayAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");

        using HttpResponseMessage answer = await sending.Soon();
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.False(_transport.ReleasedReusable); // the peer still waits for the rest of the body
    }

    private Task<HttpResponseMessage> SendAsync(HttpContent? content = null) => HttpExchange.SendAsync(
        _transport,
        new HttpRequestMessage(content is null ? HttpMethod.Get : HttpMethod.Post, "http://lab.test/") { Content = content },
        allowUpgrade: true,
        new HttpLimits(),
        _watch,
        Wait.Cancel);

    private async Task SayAsync(string text) => await _peer.WriteAsync(Encoding.Latin1.GetBytes(text), Wait.Cancel).Soon();

    private async Task<string> HearAsync(string until)
    {
        StringBuilder heard = new();
        byte[] one = new byte[1];
        while (!heard.ToString().EndsWith(until, StringComparison.Ordinal))
        {
            Assert.Equal(1, await _peer.ReadAsync(one, Wait.Cancel).Soon());
            heard.Append((char)one[0]);
        }

        return heard.ToString();
    }

    public void Dispose()
    {
        _watch.Dispose();
        _peer.Dispose();
    }

    private sealed class Transport(InMemoryCarrier stream) : ExchangeTransport
    {
        public override Stream Stream => stream;

        public bool? ReleasedReusable { get; private set; }

        public override void Release(bool reusable)
        {
            ReleasedReusable = reusable;
            if (!reusable)
                stream.Dispose();
        }
    }
}
