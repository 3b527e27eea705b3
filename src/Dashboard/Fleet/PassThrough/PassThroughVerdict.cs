namespace Dashboard.Fleet.PassThrough;

/// <summary>What becomes of a line that a program sends.</summary>
internal abstract record PassThroughVerdict
{
    private PassThroughVerdict()
    {
        // closed: every case is nested below
    }

    /// <summary>OpenVPN answers nothing to it, and so do we.</summary>
    public sealed record Nothing : PassThroughVerdict;

    /// <summary>It takes leave: its own connection is closed, nobody else's.</summary>
    public sealed record Leave : PassThroughVerdict;

    /// <summary>It is refused.</summary>
    /// <param name="Why">Follows <c>ERROR: </c>.</param>
    public sealed record Refuse(string Why) : PassThroughVerdict;

    /// <summary>It is refused, and so is everything up to the <c>END</c> of its block.</summary>
    public sealed record RefuseBlock(string Why) : PassThroughVerdict;

    /// <summary>It concerns this program's connection only: answered here.</summary>
    /// <param name="Reply">Follows <c>SUCCESS: </c>.</param>
    public sealed record Answer(string Reply) : PassThroughVerdict;

    /// <summary>Byte counts each so many seconds from now on; 0 is none.</summary>
    public sealed record ByteCounts(int Seconds) : PassThroughVerdict;

    /// <summary><c>state</c>, <c>log</c> or <c>echo</c> with arguments: a switch of this connection, history, or both.</summary>
    public sealed record Follow(string Source, IReadOnlyList<string> Arguments) : PassThroughVerdict;

    /// <summary>It is sent to OpenVPN.</summary>
    /// <param name="Line">Built anew from its words, so that what was judged is what is run.</param>
    /// <param name="ChangesSomething">It is put on record.</param>
    public sealed record Send(string Line, bool ChangesSomething) : PassThroughVerdict;
}
