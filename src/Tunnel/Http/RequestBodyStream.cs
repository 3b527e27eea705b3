using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tunnel.Http;

/// <summary>
/// Where a request's content writes its body: counted or chunked, and collected, so that head and small body leave as one frame.
/// More or fewer bytes than announced end the exchange instead of confusing the peer.
/// </summary>
internal sealed class RequestBodyStream : AsyncStream
{
    private const int BufferSize = 16 * 1024;
    private const int ChunkHeadSize = 10; // eight hexadecimal digits, CR LF

    private readonly Stream _stream;
    private readonly long? _announced;
    private readonly Action _touch;
    private byte[] _buffer;
    private int _count;
    private long _written;
    private bool _streamFailed;
    private bool _completed;

    public RequestBodyStream(Stream stream, ReadOnlyMemory<byte> head, long? announced, Action touch)
    {
        (_stream, _announced, _touch) = (stream, announced, touch);
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(BufferSize, head.Length + 1024));
        head.Span.CopyTo(_buffer);
        _count = head.Length;
    }

    /// <summary>The body ended before its end, and the stream was not the reason.</summary>
    public bool SourceFailed => !_completed && !_streamFailed;

    public override bool CanRead => false;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        if (data.IsEmpty)
            return;
        _written += data.Length;
        if (_written > _announced)
            throw new InvalidDataException($"The request's body is longer than the {_announced} bytes it announced.");
        if (_announced is null)
            AppendText(data.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
        if (_count + data.Length + ChunkHeadSize <= _buffer.Length)
        {
            Append(data.Span);
        }
        else
        {
            await SendBufferAsync(cancellationToken).ConfigureAwait(false);
            if (data.Length + ChunkHeadSize <= _buffer.Length / 2)
                Append(data.Span);
            else
                await SendAsync(data, cancellationToken).ConfigureAwait(false);
        }

        if (_announced is null)
            AppendText("\r\n");
        if (_buffer.Length - _count < 2 * ChunkHeadSize)
            await SendBufferAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The content has written all it has.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_announced is { } announced && _written != announced)
            throw new InvalidDataException($"The request's body ended after {_written} of {announced} bytes.");
        if (_announced is null)
            AppendText("0\r\n\r\n");
        await SendBufferAsync(cancellationToken).ConfigureAwait(false);
        _completed = true;
    }

    /// <summary>What the content wants to have flushed is sent: an interactive body must not wait for more.</summary>
    public override async Task FlushAsync(CancellationToken cancellationToken) =>
        await SendBufferAsync(cancellationToken).ConfigureAwait(false);

    private async ValueTask SendBufferAsync(CancellationToken cancellationToken)
    {
        int count = _count;
        _count = 0;
        await SendAsync(_buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(data, cancellationToken).ConfigureAwait(false);
            await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _streamFailed = true;
            throw;
        }

        _touch();
    }

    private void AppendText(string text) => _count += Encoding.ASCII.GetBytes(text, _buffer.AsSpan(_count));

    private void Append(ReadOnlySpan<byte> data)
    {
        data.CopyTo(_buffer.AsSpan(_count));
        _count += data.Length;
    }

    protected override void Dispose(bool disposing)
    {
        byte[] buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        base.Dispose(disposing);
    }
}
