using Mgmt.Core.Events;

namespace Mgmt.Core.Connection;

/// <summary>Keeps a reply's lines as they came; where it ends is told by the reader that understands them.</summary>
internal sealed class VerbatimReplyReader(ReplyShape shape, int maxBytes) : IReplyReader<IReadOnlyList<ReadOnlyMemory<byte>>>
{
    private readonly TextReplyReader _reader = new(shape, maxBytes);
    private readonly List<ReadOnlyMemory<byte>> _lines = [];
    private long _bytes;

    public bool WantsFence => _reader.WantsFence;

    public bool EveryLineIsReply => _reader.EveryLineIsReply;

    public bool Read(ReadOnlySpan<byte> line)
    {
        _bytes += line.Length;
        if (_bytes <= maxBytes)
            _lines.Add(line.ToArray());
        return _reader.Read(line);
    }

    public bool Read(ManagementEvent notification) => _reader.Read(notification);

    public IReadOnlyList<ReadOnlyMemory<byte>> Finish(bool complete)
    {
        _reader.Finish(complete); // throws where the reply is too large
        return _lines;
    }
}
