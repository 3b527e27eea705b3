using System.Globalization;
using System.Text;

namespace Tunnel.Http;

/// <summary>The body of an answer; after 101 also where to write. Disposing it closes the stream below.</summary>
internal sealed class AnswerBody(HttpExchange exchange, AnswerBodyKind kind, long length) : AsyncStream
{
    private const int MaxChunkLine = 4 * 1024;

    private long _rest = length; // of the body, or of the chunk
    private bool _inChunk;
    private bool _ended;

    public AnswerBodyKind Kind => kind;

    public override bool CanWrite => kind == AnswerBodyKind.Duplex;
    /// <summary>An answer without a body is over with its head.</summary>
    public void CompleteIfEmpty()
    {
        if (kind == AnswerBodyKind.Counted && _rest == 0)
            End(complete: true);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended)
            return 0;
        try
        {
            return kind switch
            {
                AnswerBodyKind.Counted => await ReadCountedAsync(buffer, cancellationToken).ConfigureAwait(false),
                AnswerBodyKind.Chunked => await ReadChunkedAsync(buffer, cancellationToken).ConfigureAwait(false),
                _ => await ReadUntilClosedAsync(buffer, cancellationToken).ConfigureAwait(false),
            };
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            End(complete: false);
            throw new TunnelException(TunnelError.CannotReadResponse, error.Message, error);
        }
    }

    private async ValueTask<int> ReadCountedAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.Length > _rest)
            buffer = buffer[..(int)_rest];
        int read = await exchange.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read == 0 && buffer.Length > 0)
            throw new EndOfStreamException($"The answer ended {_rest} bytes early.");
        _rest -= read;
        if (_rest == 0)
            End(complete: true);
        return read;
    }

    private async ValueTask<int> ReadUntilClosedAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int read = await exchange.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read == 0 && buffer.Length > 0 && kind == AnswerBodyKind.UntilClosed)
            End(complete: true);
        return read;
    }

    private async ValueTask<int> ReadChunkedAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_rest == 0)
        {
            if (_inChunk && (await ReadLineAsync(cancellationToken).ConfigureAwait(false)).Length != 0)
                throw new InvalidDataException("A chunk does not end where it said.");
            _inChunk = true;
            _rest = ParseChunkSize(await ReadLineAsync(cancellationToken).ConfigureAwait(false));
            if (_rest == 0)
            {
                await SkipTrailersAsync(cancellationToken).ConfigureAwait(false);
                End(complete: true);
                return 0;
            }
        }

        if (buffer.Length > _rest)
            buffer = buffer[..(int)_rest];
        int read = await exchange.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read == 0 && buffer.Length > 0)
            throw new EndOfStreamException("The answer ended within a chunk.");
        _rest -= read;
        return read;
    }

    private static long ParseChunkSize(string line)
    {
        int extension = line.IndexOf(';', StringComparison.Ordinal);
        ReadOnlySpan<char> digits = (extension < 0 ? line : line.AsSpan(0, extension)).TrimEnd(" \t");
        return digits.Length is > 0 and <= 15 && long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long size)
            ? size
            : throw new InvalidDataException("A chunk has no proper size.");
    }

    private async ValueTask SkipTrailersAsync(CancellationToken cancellationToken)
    {
        int total = 0;
        while (true)
        {
            string line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            if (line.Length == 0)
                return;
            total += line.Length;
            if (total > exchange.MaxTrailerSize)
                throw new InvalidDataException("The answer's trailers are too long.");
        }
    }

    private async ValueTask<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        StringBuilder line = new();
        while (true)
        {
            int next = await exchange.ReadByteAsync(cancellationToken).ConfigureAwait(false);
            switch (next)
            {
                case < 0:
                    throw new EndOfStreamException("The answer ended between two chunks.");
                case '\r':
                    if (await exchange.ReadByteAsync(cancellationToken).ConfigureAwait(false) != '\n')
                        throw new InvalidDataException("A line of chunked coding holds a bare CR.");
                    return line.ToString();
                case '\n' or 0:
                    throw new InvalidDataException("A line of chunked coding holds a bare LF or NUL.");
                default:
                    if (line.Length == MaxChunkLine)
                        throw new InvalidDataException("A line of chunked coding is too long.");
                    line.Append((char)next);
                    break;
            }
        }
    }

    private void End(bool complete)
    {
        if (_ended)
            return;
        _ended = true;
        exchange.Release(reusable: complete);
        exchange.ReturnBuffer();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!CanWrite)
            throw new NotSupportedException("Only an upgraded answer can be written to.");
        ObjectDisposedException.ThrowIf(_ended, this);
        await exchange.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        End(complete: false);
        base.Dispose(disposing);
    }
}
