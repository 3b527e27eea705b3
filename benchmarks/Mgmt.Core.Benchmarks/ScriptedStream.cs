using System.Threading.Channels;

namespace Mgmt.Core.Benchmarks;

/// <summary>A daemon in memory: says a greeting, and answers every command with the same bytes.</summary>
internal sealed class ScriptedStream(byte[] greeting, byte[] reply) : Stream
{
    private readonly Channel<byte[]> _toSay = CreateChannel(greeting);
    private ReadOnlyMemory<byte> _saying;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_saying.IsEmpty)
            _saying = await _toSay.Reader.ReadAsync(cancellationToken);
        int length = Math.Min(buffer.Length, _saying.Length);
        _saying[..length].CopyTo(buffer);
        _saying = _saying[length..];
        return length;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _toSay.Writer.TryWrite(reply);
        return ValueTask.CompletedTask;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static Channel<byte[]> CreateChannel(byte[] first)
    {
        var channel = Channel.CreateUnbounded<byte[]>();
        channel.Writer.TryWrite(first);
        return channel;
    }
}
