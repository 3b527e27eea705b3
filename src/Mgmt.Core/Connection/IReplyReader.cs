namespace Mgmt.Core.Connection;

/// <summary>Reads one reply as its lines come in. Called by the connection's reader only.</summary>
internal interface IReplyReader<out T>
{
    /// <summary>Takes a line without its line end; true when the reply is complete.</summary>
    bool Read(ReadOnlySpan<byte> line);

    /// <summary>Takes the notification that is the reply in fact; true if it is.</summary>
    bool Read(Events.ManagementEvent notification);

    /// <summary>Whether only a fence can show where the reply ends: from the start, or from what has been read.</summary>
    bool WantsFence { get; }

    /// <summary>Whether the daemon may answer with nothing at all.</summary>
    bool MayBeNothing => false;

    /// <summary>Whether the lines to come are rows that may look like notifications.</summary>
    bool EveryLineIsReply { get; }

    /// <summary>What has been read. May throw: the exception goes to whoever sent the command.</summary>
    /// <param name="complete">False if the daemon stopped before the end.</param>
    T Finish(bool complete);
}
