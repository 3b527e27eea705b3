using Mgmt.Core.Events;

namespace Mgmt.Core.Connection;

/// <summary>Where a <see cref="Demultiplexer"/> puts what it has sorted. Called synchronously, in wire order.</summary>
public interface IManagementSink
{
    /// <summary>Byte counts of clients, a run of them at a time. The span is only valid during the call.</summary>
    /// <param name="counts">In wire order, not coalesced.</param>
    void OnByteCounts(ReadOnlySpan<ByteCount> counts);

    /// <summary>Any other event.</summary>
    /// <param name="notification">The event.</param>
    /// <param name="wireLength">About how many bytes it took on the wire.</param>
    void OnEvent(ManagementEvent notification, int wireLength);

    /// <summary>A line that is not an event: a reply, or a part of one.</summary>
    /// <param name="line">Without its line end; only valid during the call.</param>
    void OnReplyLine(ReadOnlySpan<byte> line);
}
