using System.Text;
using Mgmt.Core.Events;

namespace Mgmt.Core.Connection;

/// <summary>
/// Splits what a daemon sends into events and reply lines. Feed it bytes as they come, cut anywhere; it keeps at most one unfinished line.
/// Not thread-safe: it belongs to one reader.
/// </summary>
/// <param name="sink">Receives the events and reply lines.</param>
public sealed class Demultiplexer(IManagementSink sink)
{
    /// <summary>
    /// The longest line, in bytes. A daemon's own lines have at most 10,239; one that is cut there loses its line end and takes the next one with it.
    /// </summary>
    public const int MaxLineLength = 32 * 1024;

    private readonly EventAssembler _assembler = new();
    private byte[] _unfinished = [];
    private int _unfinishedLength;
    private int _pendingLength; // bytes of a block that is not complete yet
    private bool _skipping;
    private Action<ManagementEvent>? _deliver;

    /// <summary>
    /// While set, lines that begin with <c>&gt;</c> are reply lines as well: the rows of <c>status 1</c> begin with a client's name.
    /// </summary>
    public bool EveryLineIsReply { get; set; }

    /// <summary>Bytes of memory that the unfinished line occupies.</summary>
    internal int BufferedCapacity => _unfinished.Length;

    /// <summary>Takes the next bytes of the stream.</summary>
    /// <param name="bytes">As received.</param>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_unfinishedLength > 0 || _skipping)
            bytes = FinishLine(bytes);
        Span<ByteCount> counts = stackalloc ByteCount[64];
        while (!bytes.IsEmpty)
        {
            if (!EveryLineIsReply)
            {
                int count = ByteCountReader.Read(bytes, counts, out int consumed);
                if (count > 0)
                {
                    sink.OnByteCounts(counts[..count]);
                    bytes = bytes[consumed..];
                    continue;
                }
            }

            int end = bytes.IndexOf((byte)'\n');
            if (end < 0)
            {
                Keep(bytes);
                return;
            }

            OnLine(bytes[..end]);
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>
    /// The stream is over: takes what is left as the last line, also without its line end. A <c>&gt;FATAL</c> that a dying daemon could not finish
    /// is the most telling line there is. A byte count is not taken, as its last digits may be missing.
    /// </summary>
    public void Complete()
    {
        ReadOnlySpan<byte> line = _unfinished.AsSpan(0, _unfinishedLength);
        (_unfinished, _unfinishedLength, _skipping) = ([], 0, false);
        if (line.IsEmpty)
            return;
        if (!EveryLineIsReply && line.StartsWith(">BYTECOUNT"u8) && !line.EndsWith("\r"u8))
            sink.OnEvent(EventParser.Malformed(Encoding.UTF8.GetString(line[1..]), "a byte count that was cut off"), line.Length);
        else
            OnLine(line);
    }

    /// <summary>Completes the line that the previous bytes left unfinished; returns what follows it.</summary>
    private ReadOnlySpan<byte> FinishLine(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)'\n');
        if (end < 0)
        {
            Keep(bytes);
            return [];
        }

        if (_skipping)
        {
            _skipping = false; // the end of a line that was reported when it grew too long
            return bytes[(end + 1)..];
        }

        Keep(bytes[..(end + 1)]);
        ReadOnlySpan<byte> rest = bytes[(end + 1)..];
        if (_skipping)
        {
            _skipping = false;
            return rest;
        }

        byte[] line = _unfinished;
        int length = _unfinishedLength;
        _unfinished = [];
        _unfinishedLength = 0;
        // The fast reader wants its line end; only a line that it knows is read by it, so that both paths agree.
        var count = new ByteCount();
        if (!EveryLineIsReply && ByteCountReader.Read(line.AsSpan(0, length), new Span<ByteCount>(ref count), out _) == 1)
            sink.OnByteCounts(new ReadOnlySpan<ByteCount>(in count));
        else
            OnLine(line.AsSpan(0, length - 1));
        return rest;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_skipping)
            return;
        int length = _unfinishedLength + bytes.Length;
        if (length > MaxLineLength)
        {
            _unfinished = [];
            _unfinishedLength = 0;
            _skipping = true;
            sink.OnEvent(new ManagementEvent.Malformed("", "a line that is too long"), MaxLineLength);
            return;
        }

        if (length > _unfinished.Length)
            Array.Resize(ref _unfinished, Math.Min(Math.Max(length, 256) * 2, MaxLineLength));
        bytes.CopyTo(_unfinished.AsSpan(_unfinishedLength));
        _unfinishedLength = length;
    }

    private void OnLine(ReadOnlySpan<byte> line)
    {
        if (line.Length >= MaxLineLength)
        {
            sink.OnEvent(new ManagementEvent.Malformed("", "a line that is too long"), MaxLineLength);
            return;
        }

        if (line is [.. var text, (byte)'\r'])
            line = text;
        if (line is not [(byte)'>', ..] || EveryLineIsReply)
        {
            sink.OnReplyLine(line);
            return;
        }

        _pendingLength = Math.Min(_pendingLength + line.Length, int.MaxValue / 2);
        _assembler.Add(Encoding.UTF8.GetString(line[1..]), _deliver ??= Deliver);
    }

    private void Deliver(ManagementEvent notification)
    {
        int length = _pendingLength;
        _pendingLength = 0;
        if (notification is ManagementEvent.ByteCounts { Counts: var counts })
            sink.OnByteCounts(counts.AsSpan());
        else
            sink.OnEvent(notification, length);
    }
}
