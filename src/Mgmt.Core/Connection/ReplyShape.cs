namespace Mgmt.Core.Connection;

/// <summary>How a reply ends. The protocol has no tag or length, so whoever sends a command must know.</summary>
internal enum ReplyShape
{
    /// <summary>One <c>SUCCESS:</c> or <c>ERROR:</c> line; plain lines may come before it (<c>auth-retry bad</c>).</summary>
    Line,

    /// <summary>Lines up to <c>END</c>, or one <c>ERROR:</c> line instead of the whole.</summary>
    Lines,

    /// <summary>A <c>SUCCESS:</c> line, then lines up to <c>END</c> (<c>state on all</c>).</summary>
    LineThenLines,

    /// <summary>Lines up to <c>END</c>, then a <c>SUCCESS:</c> line (<c>state all on</c>).</summary>
    LinesThenLine,

    /// <summary>Two <c>SUCCESS:</c> lines (<c>state on off</c>).</summary>
    TwoLines,

    /// <summary>Two replies with END each (<c>state 1 2</c>).</summary>
    TwoLists,

    /// <summary>Any number of lines and then the command's own success or failure (<c>push-update-…</c>).</summary>
    PushUpdate,

    /// <summary>Lines, or nothing at all, without any end: <c>version 5</c>, <c>test 3</c>. A fence behind the command shows where it stops.</summary>
    Open,

    /// <summary>The first verdict counts; if it is an error, a fence shows where the answers to the block's lines stop.</summary>
    Block,

    /// <summary>A notification that is a reply in fact (<c>pkcs11-id-count</c>), or an <c>ERROR:</c> line.</summary>
    Notification,
}
