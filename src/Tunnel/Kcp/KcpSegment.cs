using System.Buffers.Binary;

namespace Tunnel.Kcp;

/// <summary>
/// A segment's header, 24 bytes little-endian: <c>conv u32 | cmd u8 | frg u8 | wnd u16 | ts u32 | sn u32 | una u32 | len u32</c>.
/// Several may share a datagram.
/// </summary>
internal readonly record struct KcpSegment(
    uint Conversation, KcpCommand Command, ushort Window, uint Timestamp, uint Number, uint Unacknowledged, int Length)
{
    public const int HeaderSize = 24;

    /// <summary>False when the bytes are no whole segment of a known kind: the rest of the datagram is then worth nothing.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out KcpSegment segment)
    {
        segment = default;
        if (source.Length < HeaderSize)
            return false;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(source[20..]);
        var command = (KcpCommand)source[4];
        if (length > source.Length - HeaderSize || command is < KcpCommand.Push or > KcpCommand.TellWindow)
            return false;
        // source[5], the fragment count of message mode, does not matter to a stream of bytes.
        segment = new KcpSegment(
            BinaryPrimitives.ReadUInt32LittleEndian(source),
            command,
            BinaryPrimitives.ReadUInt16LittleEndian(source[6..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[12..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[16..]),
            (int)length);
        return true;
    }

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Conversation);
        destination[4] = (byte)Command;
        destination[5] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], Window);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], Timestamp);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], Number);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[16..], Unacknowledged);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[20..], (uint)Length);
    }
}
