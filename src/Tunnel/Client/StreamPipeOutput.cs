using System.IO.Pipelines;
using Tunnel.Smux;

namespace Tunnel.Client;

/// <summary>
/// What Kestrel writes into: collects in large blocks and hands them to the stream at a flush, so that an answer's head and body travel in as few frames as
/// possible.
/// </summary>
internal sealed class StreamPipeOutput(SmuxStream stream) : PipeWriter
{
    private const int FirstSize = 4 * 1024;

    private readonly List<(byte[] Block, int Count)> _full = [];
    private byte[]? _block;
    private int _count;
    private long _unflushed;
    private bool _completed;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        int needed = Math.Max(sizeHint, 1);
        if (_block is not null && _block.Length - _count < needed)
        {
            if (_count > 0)
                _full.Add((_block, _count));
            else
                Return(_block);
            (_block, _count) = (null, 0);
        }

        // Most answers are small; only what goes on gets the large blocks.
        _block ??= needed > BlockPool.BlockSize ? new byte[needed]
            : _full.Count == 0 && needed <= FirstSize && _unflushed == 0 ? System.Buffers.ArrayPool<byte>.Shared.Rent(FirstSize)
            : BlockPool.Rent();
        return _block.AsMemory(_count);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, (_block?.Length ?? 0) - _count);
        _count += bytes;
        _unflushed += bytes;
    }

    /// <summary>A stream that is gone looks like a reader that has finished: Kestrel then stops without an error.</summary>
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            foreach ((byte[] block, int count) in _full)
                await stream.WriteAsync(block.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            if (_count > 0)
                await stream.WriteAsync(_block.AsMemory(0, _count), cancellationToken).ConfigureAwait(false);
            return new FlushResult(isCanceled: false, isCompleted: false);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
        finally
        {
            Clear();
        }
    }

    /// <summary>Nothing to do: whoever aborts a connection closes its stream, which ends a flush.</summary>
    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
        _completed = true;
        Clear();
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (exception is null && !_completed)
            await FlushAsync().ConfigureAwait(false);
        Complete(exception);
    }

    private void Clear()
    {
        foreach ((byte[] block, _) in _full)
            Return(block);
        _full.Clear();
        if (_block is not null)
            Return(_block);
        (_block, _count, _unflushed) = (null, 0, 0);
    }

    private static void Return(byte[] block)
    {
        if (block.Length == BlockPool.BlockSize)
            BlockPool.Return(block);
        else if (block.Length == FirstSize)
            System.Buffers.ArrayPool<byte>.Shared.Return(block);
    }
}
