using System.IO.Pipelines;

namespace Tunnel.Tests.Support;

/// <summary>Two ends of a connection that lives in memory. Closing one end is seen at the other.</summary>
internal sealed class InMemoryCarrier : Stream
{
    private readonly PipeReader _reader;
    private readonly PipeWriter _writer;
    private readonly Stream _input;
    private readonly Stream _output;

    private InMemoryCarrier(PipeReader reader, PipeWriter writer)
    {
        (_reader, _writer) = (reader, writer);
        (_input, _output) = (reader.AsStream(leaveOpen: true), writer.AsStream(leaveOpen: true));
    }

    /// <param name="room">How many bytes may be on their way before the writer has to wait.</param>
    public static (InMemoryCarrier Ours, InMemoryCarrier Theirs) CreatePair(int room = 64 * 1024)
    {
        var options = new PipeOptions(pauseWriterThreshold: room, resumeWriterThreshold: room / 2, useSynchronizationContext: false);
        Pipe there = new(options), back = new(options);
        return (new InMemoryCarrier(back.Reader, there.Writer), new InMemoryCarrier(there.Reader, back.Writer));
    }

    public bool IsDisposed { get; private set; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _input.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _output.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => _output.FlushAsync(cancellationToken);

    public override void Flush() => _output.Flush();

    public override int Read(byte[] buffer, int offset, int count) => _input.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => _output.Write(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (IsDisposed)
            return;
        IsDisposed = true;
        _reader.CancelPendingRead();
        _writer.CancelPendingFlush();
        _writer.Complete();
        _reader.Complete();
        base.Dispose(disposing);
    }
}
