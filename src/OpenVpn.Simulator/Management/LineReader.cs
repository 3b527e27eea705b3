using System.Text;

namespace OpenVpn.Simulator.Management;

/// <summary>
/// Input as OpenVPN reads it: lines end in LF, control characters are deleted, and of a line over 1023 bytes all that was read
/// is dropped while its rest becomes a line of its own.
/// </summary>
internal sealed class LineReader
{
    private const int MaxLine = 1023;

    private readonly byte[] _line = new byte[MaxLine];
    private int _length;

    public void Read(ReadOnlySpan<byte> bytes, Action<string> take)
    {
        foreach (byte next in bytes)
        {
            if (next == '\n')
            {
                string line = Encoding.UTF8.GetString(_line, 0, _length);
                _length = 0;
                take(line);
            }
            else if (next is >= 32 and not 127)
            {
                if (_length == MaxLine)
                    _length = 0;
                else
                    _line[_length++] = next;
            }
        }
    }
}
