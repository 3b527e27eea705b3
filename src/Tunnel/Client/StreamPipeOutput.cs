using System.Buffers;
using System.IO.Pipelines;
using Tunnel.Smux;

namespace Tunnel.Client;

/// <summary>
/// What Kestrel writes into: collects in one piece of memory and hands all of it to the stream at a flush, so that an answer's head and body
/// travel in as few frames as possible.
/// </summary>
internal sealed class StreamPipeOutput(SmuxStream stream) : PipeWriter
{
    private const int FirstSize = 4 * 1024;

    private byte[]? _buffer;
    private int _count;
    private bool _completed;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _count;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        int needed = _count + Math.Max(sizeHint, 1);
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(needed, FirstSize));
        }
        else if (_buffer.Length < needed)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * _buffer.Length));
            _buffer.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsMemory(_count);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, (_buffer?.Length ?? 0) - _count);
        _count += bytes;
    }

    /// <summary>A stream that is gone looks like a reader that has finished: Kestrel then stops without an error.</summary>
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_count == 0)
            return new FlushResult(isCanceled: false, isCompleted: _completed);
        byte[] buffer = _buffer!;
        int count = _count;
        (_buffer, _count) = (null, 0);
        try
        {
            await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            return new FlushResult(isCanceled: false, isCompleted: false);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Nothing to do: whoever aborts a connection closes its stream, which ends a flush.</summary>
    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
        if (_completed)
            return;
        _completed = true;
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _count) = (null, 0);
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (exception is null && !_completed)
            await FlushAsync().ConfigureAwait(false);
        Complete(exception);
    }
}
