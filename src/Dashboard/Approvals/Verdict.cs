namespace Dashboard.Approvals;

/// <summary>What a policy says to a request.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
        // closed: every case is nested below
    }

    /// <summary>Not ours to answer.</summary>
    internal sealed record Leave : Verdict;

    internal sealed record Approve : Verdict;

    /// <param name="Reason">For the daemon's log and for the client.</param>
    internal sealed record Deny(string Reason, Block? Block = null) : Verdict;

    /// <summary>A person decides.</summary>
    /// <param name="Remark">Why, where the policy might have known.</param>
    internal sealed record Ask(string Remark = "") : Verdict;
}
