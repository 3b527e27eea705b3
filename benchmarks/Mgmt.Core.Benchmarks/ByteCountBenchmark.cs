using BenchmarkDotNet.Attributes;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;

namespace Mgmt.Core.Benchmarks;

/// <summary>Byte counts from memory, on one core: the typed reader alone, and the demultiplexer that a connection uses.</summary>
[MemoryDiagnoser]
[MinColumn]
public class ByteCountBenchmark
{
    private const int Lines = 1_000_000;

    private readonly SummingSink _sink = new();
    private byte[] _wire = [];

    [Params(false, true)]
    public bool LargeCounters { get; set; }

    [GlobalSetup]
    public void SetUp() => _wire = Wire.ByteCounts(Lines, LargeCounters);

    /// <summary>Bytes to <see cref="ByteCount"/>, summed up.</summary>
    [Benchmark(OperationsPerInvoke = Lines)]
    public long Reader()
    {
        Span<ByteCount> counts = stackalloc ByteCount[64];
        ReadOnlySpan<byte> wire = _wire;
        long sum = 0;
        while (ByteCountReader.Read(wire, counts, out int consumed) is > 0 and int read)
        {
            foreach (ByteCount count in counts[..read])
                sum += (long)(count.Received + count.Sent);
            wire = wire[consumed..];
        }

        return sum;
    }

    /// <summary>The same through <see cref="Demultiplexer"/>, in pieces of 64 KB as they come from a socket.</summary>
    [Benchmark(OperationsPerInvoke = Lines)]
    public long Demultiplexer()
    {
        const int piece = 64 * 1024;
        var demultiplexer = new Demultiplexer(_sink);
        for (int start = 0; start < _wire.Length; start += piece)
            demultiplexer.Write(_wire.AsSpan(start, Math.Min(piece, _wire.Length - start)));
        return _sink.Sum;
    }

    private sealed class SummingSink : IManagementSink
    {
        public long Sum { get; private set; }

        public void OnByteCounts(ReadOnlySpan<ByteCount> counts)
        {
            long sum = 0;
            foreach (ByteCount count in counts)
                sum += (long)(count.Received + count.Sent);
            Sum += sum;
        }

        public void OnEvent(ManagementEvent notification, int wireLength) => throw new InvalidOperationException(notification.ToString());

        public void OnReplyLine(ReadOnlySpan<byte> line) => throw new InvalidOperationException();
    }
}
