using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mgmt.Core.Events;

namespace Wire;

/// <summary>Byte counts from memory through the typed reader, on one core; the best of many short rounds, which a busy machine disturbs least.</summary>
internal static class FromMemory
{
    private const int Rounds = 100;

    public static void Run(int lines)
    {
        foreach ((string name, long scale) in (ReadOnlySpan<(string, long)>)[("counters of up to 3 digits", 1), ("counters of 11 digits", 10_000_000_019)])
        {
            var text = new StringBuilder();
            long expected = 0;
            for (int i = 0; i < lines; i++)
            {
                (long received, long sent) = (i % 9 * scale, i % 7 * scale);
                expected += received + sent;
                text.Append(CultureInfo.InvariantCulture, $">BYTECOUNT_CLI:{i % 1000},{received},{sent}\r\n");
            }

            byte[] wire = Encoding.ASCII.GetBytes(text.ToString());
            TimeSpan best = TimeSpan.MaxValue;
            for (int round = 0; round < Rounds; round++)
            {
                long start = Stopwatch.GetTimestamp();
                if (Sum(wire) != expected)
                    throw new InvalidOperationException("The sum is wrong.");
                TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
                best = elapsed < best ? elapsed : best;
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {lines / best.TotalSeconds / 1e6:0.0} million byte counts/s, {wire.Length / best.TotalSeconds / 1e9:0.00} GB/s"));
        }
    }

    private static long Sum(ReadOnlySpan<byte> wire)
    {
        Span<ByteCount> counts = stackalloc ByteCount[64];
        long sum = 0;
        while (ByteCountReader.Read(wire, counts, out int consumed) is > 0 and int read)
        {
            foreach (ByteCount count in counts[..read])
                sum += (long)(count.Received + count.Sent);
            wire = wire[consumed..];
        }

        return sum;
    }
}
