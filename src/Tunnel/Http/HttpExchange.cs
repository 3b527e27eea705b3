using System.Buffers;
using System.Net;

namespace Tunnel.Http;

/// <summary>
/// One request and its answer on a stream. The body is sent while the answer is read, so a backend that answers while it reads
/// never hangs. Whatever goes wrong ends this exchange and its stream, nothing else.
/// </summary>
internal sealed class HttpExchange
{
    private const int BufferSize = 4 * 1024;

    private static readonly Task<bool> s_sent = Task.FromResult(true);

    private readonly ExchangeTransport _transport;
    private readonly HttpLimits _limits;
    private readonly ExchangeWatch _watch;
    private readonly long _startedAt;
    private byte[] _buffer;
    private int _start;
    private int _end;
    private long _lastActivity;
    private Phase _phase;
    private Task<bool> _sending = s_sent;
    private Action? _stopSending;
    private Exception? _sendFailure;
    private bool _requestWritten;
    private int _readsUnderWay;
    private int _released;
    private TunnelException? _expired;

    private HttpExchange(ExchangeTransport transport, HttpLimits limits, ExchangeWatch watch)
    {
        (_transport, _limits, _watch) = (transport, limits, watch);
        _startedAt = _lastActivity = watch.Time.GetTimestamp();
        _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    }

    private enum Phase
    {
        AwaitingAnswer,
        Body,
        Upgraded,
    }

    /// <summary>No byte of an answer has come yet. A reused stream that ends now had been closed before the request reached it.</summary>
    public bool NothingReceived { get; private set; } = true;

    /// <summary>Sends the request and completes with the answer's head; the body is read from the answer's content.</summary>
    /// <param name="transport">Owned by the exchange, and by the answer afterwards, until it is released.</param>
    /// <param name="request">A body is read once.</param>
    /// <param name="allowUpgrade">Whether a request for another protocol may be passed on, and its 101 believed.</param>
    /// <param name="limits">Times and sizes.</param>
    /// <param name="watch">Enforces the times.</param>
    /// <param name="cancellationToken">Ends the exchange until the head is here.</param>
    /// <exception cref="TunnelException">CannotWriteRequest, CannotReadResponse or TimedOut.</exception>
    public static async Task<HttpResponseMessage> SendAsync(
        ExchangeTransport transport,
        HttpRequestMessage request,
        bool allowUpgrade,
        HttpLimits limits,
        ExchangeWatch watch,
        CancellationToken cancellationToken)
    {
        var exchange = new HttpExchange(transport, limits, watch);
        watch.Add(exchange);
        try
        {
            return await exchange.RunAsync(request, allowUpgrade, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            exchange.Release(reusable: false);
            exchange.ReturnBuffer();
            if (error is OperationCanceledException && cancellationToken.IsCancellationRequested)
                throw;
            throw exchange.Explain(error);
        }
    }

    /// <summary>Whether a failed exchange may be tried again on another stream: nothing of an answer had come.</summary>
    public static bool MayRepeat(TunnelException failure) =>
        failure.Error is TunnelError.CannotReadResponse or TunnelError.CannotWriteRequest && failure.Data[nameof(NothingReceived)] is true;

    private async Task<HttpResponseMessage> RunAsync(HttpRequestMessage request, bool allowUpgrade, CancellationToken cancellationToken)
    {
        string? upgrade = allowUpgrade ? AskedUpgrade(request) : null;
        var head = new ArrayBufferWriter<byte>(512);
        try
        {
            RequestHead.Write(head, request, upgrade);
        }
        catch (InvalidDataException error)
        {
            throw new TunnelException(TunnelError.CannotWriteRequest, error.Message, error);
        }

        if (request.Content is null)
        {
            await _transport.Stream.WriteAsync(head.WrittenMemory, cancellationToken).ConfigureAwait(false);
            await _transport.Stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            _requestWritten = true;
        }
        else
        {
            _sending = SendWithBodyAsync(head.WrittenMemory, request.Content, cancellationToken);
        }

        AnswerHead answer = await ReadFinalHeadAsync(upgrade is not null, cancellationToken).ConfigureAwait(false);
        Touch();
        return Present(request, answer);
    }

    /// <summary>What a failure means to whoever waits for the answer.</summary>
    private TunnelException Explain(Exception error)
    {
        if ((_expired ?? _transport.EndReason ?? error as TunnelException) is { } known)
            return known;
        TunnelError what = NothingReceived && !_requestWritten ? TunnelError.CannotWriteRequest : TunnelError.CannotReadResponse;
        return new TunnelException(what, error.Message, error) { Data = { [nameof(NothingReceived)] = NothingReceived } };
    }

    private static string? AskedUpgrade(HttpRequestMessage request) =>
        request.Headers.NonValidated.TryGetValues("Upgrade", out var upgrade)
        && request.Headers.NonValidated.TryGetValues("Connection", out var connection)
        && HttpSyntax.ListContains(connection.ToString(), "Upgrade")
            ? upgrade.ToString()
            : null;

    /// <summary>True when all of the body was sent. A failure is kept for whoever waits for the answer.</summary>
    private async Task<bool> SendWithBodyAsync(ReadOnlyMemory<byte> head, HttpContent content, CancellationToken cancellationToken)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _stopSending = stop.Cancel; // never disposed: it holds no timer, and the answer may end at any moment
        var body = new RequestBodyStream(_transport.Stream, head, content.Headers.ContentLength, Touch);
        try
        {
            await content.CopyToAsync(body, stop.Token).ConfigureAwait(false);
            await body.CompleteAsync(stop.Token).ConfigureAwait(false);
            _requestWritten = true;
            return true;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // An answer may have come before the peer closed; if not, reading it ends with this reason.
            _sendFailure = error;
            if (body.SourceFailed)
                ReleaseStream(reusable: false);
            return false;
        }
        finally
        {
            await body.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<AnswerHead> ReadFinalHeadAsync(bool upgradeAsked, CancellationToken cancellationToken)
    {
        for (int interim = 0; ; interim++)
        {
            AnswerHead head = await ReadHeadAsync(cancellationToken).ConfigureAwait(false);
            if (head.Status >= 200)
                return head;
            if (head.Status == (int)HttpStatusCode.SwitchingProtocols)
                return upgradeAsked ? head : throw new InvalidDataException("An answer changes the protocol, which nobody asked for.");
            if (interim == _limits.MaxInterimAnswers)
                throw new InvalidDataException("An answer is put off too often (1xx).");
        }
    }

    private async ValueTask<AnswerHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int length = AnswerHead.FindEnd(_buffer.AsSpan(_start, _end - _start));
            if (length > _limits.MaxAnswerHeaderSize || (length < 0 && _end - _start >= _limits.MaxAnswerHeaderSize))
                throw new InvalidDataException($"An answer's header is longer than {_limits.MaxAnswerHeaderSize} bytes.");
            if (length > 0)
            {
                AnswerHead head = AnswerHead.Parse(_buffer.AsSpan(_start, length));
                _start += length;
                return head;
            }

            MakeRoom();
            int read;
            try
            {
                read = await _transport.Stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (_sendFailure is not null && _expired is null && error is not OperationCanceledException)
            {
                throw new TunnelException(TunnelError.CannotWriteRequest, _sendFailure.Message, _sendFailure);
            }

            if (read == 0)
                throw new EndOfStreamException("The other side closed the stream before it answered.");
            NothingReceived = false;
            _end += read;
        }
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end < _buffer.Length)
            return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
        _buffer.CopyTo(larger.AsSpan());
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private HttpResponseMessage Present(HttpRequestMessage request, AnswerHead head)
    {
        var response = new HttpResponseMessage((HttpStatusCode)head.Status) { ReasonPhrase = head.Reason, RequestMessage = request };
        bool upgraded = head.Status == (int)HttpStatusCode.SwitchingProtocols;
        AnswerBody body;
        if (upgraded)
        {
            _phase = Phase.Upgraded;
            body = new AnswerBody(this, AnswerBodyKind.Duplex, 0);
        }
        else
        {
            _phase = Phase.Body;
            bool hasNone = request.Method == HttpMethod.Head || head.Status is 204 or 304;
            body = hasNone ? new AnswerBody(this, AnswerBodyKind.Counted, 0)
                : head.IsChunked ? new AnswerBody(this, AnswerBodyKind.Chunked, 0)
                : head.ContentLength is { } length ? new AnswerBody(this, AnswerBodyKind.Counted, length)
                : new AnswerBody(this, AnswerBodyKind.UntilClosed, 0);
        }

        KeepsAlive = head.KeepsAlive && body.Kind is AnswerBodyKind.Counted or AnswerBodyKind.Chunked;
        response.Content = new AnswerContent(body);
        foreach ((string name, string value) in head.Headers)
        {
            bool isUpgradeHeader = upgraded && (name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase) || name.Equals("Connection", StringComparison.OrdinalIgnoreCase));
            if (!isUpgradeHeader && (HttpSyntax.IsHopByHop(name) || HttpSyntax.ListContains(head.Connection, name)))
                continue;
            if (!response.Headers.TryAddWithoutValidation(name, value))
                response.Content.Headers.TryAddWithoutValidation(name, value);
        }

        body.CompleteIfEmpty();
        return response;
    }

    /// <summary>Whether the peer may be sent another request on the same stream.</summary>
    private bool KeepsAlive { get; set; }

    public int MaxTrailerSize => _limits.MaxAnswerHeaderSize;

    /// <summary>What was read beyond the head, then the stream.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        int count = Math.Min(destination.Length, _end - _start);
        if (count > 0)
        {
            _buffer.AsSpan(_start, count).CopyTo(destination.Span);
            _start += count;
            return new ValueTask<int>(count);
        }

        return ReadStreamAsync(destination, cancellationToken);
    }

    private async ValueTask<int> ReadStreamAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _readsUnderWay);
        try
        {
            int read = await _transport.Stream.ReadAsync(destination, cancellationToken).ConfigureAwait(false);
            Touch();
            return read;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw Explain(error);
        }
        finally
        {
            Interlocked.Decrement(ref _readsUnderWay);
        }
    }

    /// <summary>One byte of chunked framing; -1 at the end.</summary>
    public async ValueTask<int> ReadByteAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
        {
            _start = 0;
            _end = 0;
            _end = await ReadStreamAsync(_buffer, cancellationToken).ConfigureAwait(false);
            if (_end == 0)
                return -1;
        }

        return _buffer[_start++];
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        await _transport.Stream.WriteAsync(data, cancellationToken).ConfigureAwait(false);
        await _transport.Stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        Touch();
    }

    /// <summary>The answer's body was read to its end, or somebody lost interest in it.</summary>
    public void Release(bool reusable)
    {
        // A reused stream must stand exactly behind the answer, and the request must have been taken completely.
        reusable = reusable && KeepsAlive && _start == _end && _sending is { IsCompletedSuccessfully: true, Result: true };
        ReleaseStream(reusable);
        if (!_sending.IsCompleted)
            _stopSending?.Invoke();
    }

    public void ReturnBuffer()
    {
        byte[] buffer = Interlocked.Exchange(ref _buffer, []);
        // A read that somebody abandoned may still write into it: then it is the garbage collector's.
        if (buffer.Length > 0 && Volatile.Read(ref _readsUnderWay) == 0)
            ArrayPool<byte>.Shared.Return(buffer);
        (_start, _end) = (0, 0);
    }

    private void ReleaseStream(bool reusable)
    {
        if (Interlocked.Exchange(ref _released, 1) != 0)
            return;
        _watch.Remove(this);
        _transport.Release(reusable);
    }

    private void Touch() => Volatile.Write(ref _lastActivity, _watch.Time.GetTimestamp());

    /// <summary>Called once a second by the watch.</summary>
    public void CheckLimits()
    {
        TimeSpan total = _watch.Time.GetElapsedTime(_startedAt);
        TimeSpan idle = _watch.Time.GetElapsedTime(Volatile.Read(ref _lastActivity));
        string? what = _phase switch
        {
            Phase.AwaitingAnswer when idle > _limits.AnswerTimeout => $"no answer within {_limits.AnswerTimeout.TotalSeconds:0.#} s",
            Phase.Body when idle > _limits.IdleTimeout => $"no byte of the answer for {_limits.IdleTimeout.TotalSeconds:0.#} s",
            Phase.Upgraded when idle > _limits.UpgradeIdleTimeout => $"no traffic for {_limits.UpgradeIdleTimeout.TotalSeconds:0.#} s",
            Phase.Upgraded when total > _limits.UpgradeTotalTimeout => $"open for {_limits.UpgradeTotalTimeout.TotalHours:0.#} h",
            Phase.AwaitingAnswer or Phase.Body when total > _limits.TotalTimeout => $"not done after {_limits.TotalTimeout.TotalSeconds:0.#} s",
            _ => null,
        };
        if (what is null)
            return;
        _expired = new TunnelException(TunnelError.TimedOut, what);
        Release(reusable: false);
    }
}
