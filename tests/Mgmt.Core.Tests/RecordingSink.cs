using System.Text;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;

namespace Mgmt.Core.Tests;

/// <summary>Keeps what a demultiplexer sorts.</summary>
internal sealed class RecordingSink : IManagementSink
{
    public RecordingSink() => Demultiplexer = new Demultiplexer(this);

    public Demultiplexer Demultiplexer { get; }

    public List<ManagementEvent> Events { get; } = [];

    public List<ByteCount> Counts { get; } = [];

    public List<string> Replies { get; } = [];

    /// <summary>Everything in wire order.</summary>
    public List<object> All { get; } = [];

    public void OnByteCounts(ReadOnlySpan<ByteCount> counts)
    {
        foreach (ByteCount count in counts)
        {
            Counts.Add(count);
            All.Add(count);
        }
    }

    public void OnEvent(ManagementEvent notification, int wireLength)
    {
        Events.Add(notification);
        All.Add(notification);
    }

    public void OnReplyLine(ReadOnlySpan<byte> line)
    {
        string text = Encoding.UTF8.GetString(line);
        Replies.Add(text);
        All.Add(text);
    }
}
