using System.Text;

using Mgmt.Core.Commands;

namespace Dashboard.Fleet.PassThrough;

/// <summary>Lines as OpenVPN reads them: they end in LF, and control characters in them are deleted.</summary>
internal sealed class PassThroughReader(Stream transport)
{
    private readonly byte[] _buffer = new byte[4096];
    private readonly byte[] _line = new byte[CommandLine.MaxLength];
    private int _length;
    private int _start;
    private int _end;

    /// <returns>Null at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">The line is too long: what follows could be taken for a command.</exception>
    public async ValueTask<string?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_start < _end)
            {
                byte next = _buffer[_start++];
                if (next is (byte)'\n')
                {
                    string line = Encoding.UTF8.GetString(_line, 0, _length);
                    _length = 0;
                    return line;
                }
                if (next is < 32 or 127)
                    continue;
                if (_length == _line.Length)
                    throw new InvalidDataException($"A line has at most {CommandLine.MaxLength} bytes.");
                _line[_length++] = next;
            }
            _start = 0;
            _end = await transport.ReadAsync(_buffer, cancellationToken);
            if (_end == 0)
                return null;
        }
    }
}
