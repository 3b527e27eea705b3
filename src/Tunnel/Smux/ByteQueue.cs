using System.Buffers;

namespace Tunnel.Smux;

/// <summary>Bytes in order, kept in pooled blocks. Not safe for several threads. Every block but the last is full.</summary>
internal sealed class ByteQueue
{
    private const int SmallBlock = 4 * 1024;

    private byte[][] _blocks = [];
    private int _first;
    private int _blockCount;
    private int _headOffset;
    private int _tailLength;

    public int Length { get; private set; }

    public void Write(ReadOnlySpan<byte> data)
    {
        Length += data.Length;
        while (!data.IsEmpty)
        {
            if (_blockCount == 0 || _tailLength == Tail.Length)
                AddBlock(data.Length);
            int count = Math.Min(data.Length, Tail.Length - _tailLength);
            data[..count].CopyTo(Tail.AsSpan(_tailLength));
            _tailLength += count;
            data = data[count..];
        }
    }

    public int Read(Span<byte> destination)
    {
        int total = 0;
        while (!destination.IsEmpty && Length > 0)
        {
            byte[] head = _blocks[_first];
            int end = _blockCount == 1 ? _tailLength : head.Length;
            int count = Math.Min(destination.Length, end - _headOffset);
            head.AsSpan(_headOffset, count).CopyTo(destination);
            destination = destination[count..];
            _headOffset += count;
            Length -= count;
            total += count;
            if (_headOffset == end)
                RemoveBlock();
        }

        return total;
    }

    public void Clear()
    {
        while (_blockCount > 0)
            RemoveBlock();
        Length = 0;
    }

    private byte[] Tail => _blocks[(_first + _blockCount - 1) & (_blocks.Length - 1)];

    private void AddBlock(int wanted)
    {
        if (_blockCount == _blocks.Length)
        {
            byte[][] larger = new byte[Math.Max(4, _blocks.Length * 2)][];
            for (int i = 0; i < _blockCount; i++)
                larger[i] = _blocks[(_first + i) & (_blocks.Length - 1)];
            _blocks = larger;
            _first = 0;
        }

        _blockCount++;
        _tailLength = 0;
        bool isSmall = _blockCount == 1 && wanted <= SmallBlock;
        _blocks[(_first + _blockCount - 1) & (_blocks.Length - 1)] = isSmall ? ArrayPool<byte>.Shared.Rent(SmallBlock) : BlockPool.Rent();
    }

    private void RemoveBlock()
    {
        byte[] block = _blocks[_first];
        if (block.Length == BlockPool.BlockSize)
            BlockPool.Return(block);
        else
            ArrayPool<byte>.Shared.Return(block);
        _blocks[_first] = null!;
        _first = (_first + 1) & (_blocks.Length - 1);
        _blockCount--;
        _headOffset = 0;
    }
}
