using System.Text;

namespace OpenVpn.Simulator.Management;

/// <summary>What waits to be written. Grows without limit, as the daemon's does: a client that does not read costs the daemon memory.</summary>
internal sealed class OutputQueue
{
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    public int Length => _end - _start;

    public void Add(string text)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_end + most > _buffer.Length)
            MakeRoom(most);
        _end += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_end));
    }

    /// <summary>Takes the next bytes, wherever lines end.</summary>
    public int Take(Span<byte> target)
    {
        int taken = Math.Min(target.Length, Length);
        _buffer.AsSpan(_start, taken).CopyTo(target);
        _start += taken;
        if (_start == _end)
            _start = _end = 0;
        return taken;
    }

    public void Clear() => _start = _end = 0;

    /// <summary>Keeps no more than so many bytes.</summary>
    public void CutTo(int length) => _end = Math.Min(_end, _start + length);

    private void MakeRoom(int most)
    {
        byte[] target = Length + most > _buffer.Length ? new byte[2 * (Length + most)] : _buffer;
        Buffer.BlockCopy(_buffer, _start, target, 0, Length);
        (_buffer, _start, _end) = (target, 0, Length);
    }
}
