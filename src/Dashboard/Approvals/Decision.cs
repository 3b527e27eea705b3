namespace Dashboard.Approvals;

/// <summary>How a request was answered, and by whom.</summary>
internal sealed record Decision(Guid Request, bool Approved, string By, DateTimeOffset At);

internal static class DecisionWords
{
    /// <summary>Why a request cannot be answered any more.</summary>
    public static string WhyOver(this Decision? decision) => decision is null
        ? "This request is over: the client has left, or its server was restarted. Nothing was sent."
        : $"{decision.By} {(decision.Approved ? "approved" : "denied")} this client already. Nothing was sent.";
}
