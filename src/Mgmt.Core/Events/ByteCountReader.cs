using System.Runtime.CompilerServices;

namespace Mgmt.Core.Events;

/// <summary>Reads runs of <c>&gt;BYTECOUNT_CLI</c> lines straight from received bytes: the one kind of line that comes in thousands. Allocates nothing.</summary>
public static class ByteCountReader
{
    // More digits than this could overflow; the general parser then decides.
    private const int MaxCounterDigits = 19;
    private const int MaxIdDigits = 9;

    private static ReadOnlySpan<byte> Prefix => ">BYTECOUNT_CLI:"u8;

    /// <summary>Reads whole, well-formed byte count lines from the start of <paramref name="wire"/> until <paramref name="destination"/> is full or something else comes.</summary>
    /// <param name="wire">Received bytes, beginning at the start of a line.</param>
    /// <param name="destination">Where the counts go.</param>
    /// <param name="consumed">How many bytes the lines took, line ends included.</param>
    /// <returns>How many counts were read.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // fast from the first byte: thousands of lines are read before the runtime would notice
    public static int Read(ReadOnlySpan<byte> wire, Span<ByteCount> destination, out int consumed)
    {
        consumed = 0;
        int count = 0;
        while (count < destination.Length && TryReadLine(wire, out destination[count], out int length))
        {
            count++;
            consumed += length;
            wire = wire[length..];
        }

        return count;
    }

    // >BYTECOUNT_CLI:{CID},{BYTES_IN},{BYTES_OUT} CR LF
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadLine(ReadOnlySpan<byte> wire, out ByteCount count, out int length)
    {
        count = default;
        length = 0;
        if (!wire.StartsWith(Prefix))
            return false;
        int position = Prefix.Length;
        if (!TryReadNumber(wire, ref position, (byte)',', MaxIdDigits, out ulong client)
            || !TryReadNumber(wire, ref position, (byte)',', MaxCounterDigits, out ulong received)
            || !TryReadNumber(wire, ref position, (byte)'\r', MaxCounterDigits, out ulong sent)
            || (uint)position >= (uint)wire.Length
            || wire[position] != (byte)'\n')
            return false;
        count = new ByteCount(new ClientId((uint)client), received, sent);
        length = position + 1;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadNumber(ReadOnlySpan<byte> wire, ref int position, byte end, int maxDigits, out ulong value)
    {
        value = 0;
        int start = position;
        int i = start;
        for (; (uint)i < (uint)wire.Length; i++)
        {
            uint digit = (uint)wire[i] - '0';
            if (digit > 9)
                break;
            value = value * 10 + digit;
        }

        position = i + 1;
        return i > start && i - start <= maxDigits && (uint)i < (uint)wire.Length && wire[i] == end;
    }
}
