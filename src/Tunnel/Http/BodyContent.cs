using System.Buffers;
using System.Net;

namespace Tunnel.Http;

/// <summary>A request's body on its way through: what has come is passed on as soon as nothing more is there at once.</summary>
internal sealed class BodyContent : HttpContent
{
    private const int BufferSize = 32 * 1024;
    private readonly Stream _body;

    public BodyContent(Stream body, long? length)
    {
        _body = body;
        Headers.ContentLength = length;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (true)
            {
                ValueTask<int> reading = _body.ReadAsync(buffer, cancellationToken);
                if (!reading.IsCompleted)
                    await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                int read = await reading.ConfigureAwait(false);
                if (read == 0)
                    return;
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Null: the exchange asks Headers.ContentLength, and without one the coding is chunked.
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
