using Dashboard.Fleet;

namespace Dashboard.Approvals;

/// <summary>What each policy says. Pure: everything it needs is in memory, so the answer is there at once.</summary>
internal static class ApprovalRules
{
    /// <param name="block">The block on the client's name; null if there is none.</param>
    /// <param name="isKnown">Whether the name has had a tunnel on this server before; null while history cannot be read.</param>
    /// <param name="isLetIn">Whether this very session was let in before: its key is only renewed.</param>
    public static Verdict Decide(ApprovalPolicy policy, AuthRequest request, Block? block, bool? isKnown, bool isLetIn)
    {
        if (policy is ApprovalPolicy.Leave)
            return new Verdict.Leave();
        if (block is not null)
            return new Verdict.Deny(block.Reason is { Length: > 0 } reason ? $"Blocked: {reason}" : "Blocked", block);
        if (policy is ApprovalPolicy.Deny)
            return new Verdict.Deny("This server lets nobody in");
        if (policy is ApprovalPolicy.ApproveAll || (request.IsReauthentication && isLetIn))
            return new Verdict.Approve();
        if (policy is ApprovalPolicy.Ask)
            return new Verdict.Ask();
        if (!request.IsProven)
            return new Verdict.Ask("No certificate proves this name.");
        return isKnown switch
        {
            true => new Verdict.Approve(),
            false => new Verdict.Ask("This name has not been here before."),
            null => new Verdict.Ask("Whether this name has been here before cannot be looked up yet."),
        };
    }
}
