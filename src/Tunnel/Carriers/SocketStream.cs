using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Tunnel.Carriers;

/// <summary>
/// A TCP connection as TLS wants it: what is written collects until a flush, so that many TLS records leave in one call; reads take what
/// the kernel has in large pieces. Without traffic it holds no buffers. One reader and one writer at a time.
/// </summary>
internal sealed class SocketStream : AsyncStream
{
    private const int BufferSize = 128 * 1024;

    // From Linux's netinet/tcp.h: bytes the kernel takes before it says "not writable". Small messages then wait behind 128 KiB and not behind megabytes.
    private const int TcpNotSentLowWaterMark = 25;

    private readonly Socket _socket;
    private byte[]? _input;
    private int _start;
    private int _end;
    private byte[]? _output;
    private int _written;

    public SocketStream(Socket socket)
    {
        _socket = socket;
        socket.NoDelay = true;
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpNotSentLowWaterMark, BitConverter.GetBytes(128 * 1024));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start == _end)
        {
            if (buffer.Length == 0)
            {
                ReturnInput();
                return await _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            }

            if (buffer.Length >= BufferSize)
                return await _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            _input ??= ArrayPool<byte>.Shared.Rent(BufferSize);
            _start = 0;
            _end = await _socket.ReceiveAsync(_input.AsMemory(), SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }

        int count = Math.Min(buffer.Length, _end - _start);
        _input.AsSpan(_start, count).CopyTo(buffer.Span);
        _start += count;
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_written + buffer.Length > BufferSize)
            return FlushAndWriteAsync(buffer, cancellationToken);
        Keep(buffer.Span);
        return ValueTask.CompletedTask;
    }

    private async ValueTask FlushAndWriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        if (buffer.Length > BufferSize)
            await SendAllAsync(buffer, cancellationToken).ConfigureAwait(false);
        else
            Keep(buffer.Span);
    }

    private void Keep(ReadOnlySpan<byte> data)
    {
        _output ??= ArrayPool<byte>.Shared.Rent(BufferSize);
        data.CopyTo(_output.AsSpan(_written));
        _written += data.Length;
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_output is not { } output)
            return;
        int count = _written;
        (_output, _written) = (null, 0);
        try
        {
            await SendAllAsync(output.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (!data.IsEmpty)
            data = data[await _socket.SendAsync(data, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
    }

    private void ReturnInput()
    {
        if (Interlocked.Exchange(ref _input, null) is { } input)
            ArrayPool<byte>.Shared.Return(input);
    }

    /// <summary>Ends a read or write that is under way, too. Buffers in use then are left to the garbage collector.</summary>
    protected override void Dispose(bool disposing)
    {
        _socket.Dispose();
        base.Dispose(disposing);
    }
}
