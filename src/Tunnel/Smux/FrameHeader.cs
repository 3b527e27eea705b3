using System.Buffers.Binary;

namespace Tunnel.Smux;

/// <summary>The eight bytes before every payload: <c>ver u8 | cmd u8 | length u16 LE | stream id u32 LE</c>.</summary>
internal readonly record struct FrameHeader(byte Version, FrameCommand Command, ushort Length, uint StreamId)
{
    public const int Size = 8;

    /// <summary>What a receiver must be able to take in one frame.</summary>
    public const int MaxPayload = ushort.MaxValue;

    /// <summary>Payload of <see cref="FrameCommand.Update"/>.</summary>
    public const int UpdateSize = 8;

    public static FrameHeader Read(ReadOnlySpan<byte> source) => new(
        source[0],
        (FrameCommand)source[1],
        BinaryPrimitives.ReadUInt16LittleEndian(source[2..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[4..]));

    public void Write(Span<byte> destination)
    {
        destination[0] = Version;
        destination[1] = (byte)Command;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], Length);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], StreamId);
    }
}
