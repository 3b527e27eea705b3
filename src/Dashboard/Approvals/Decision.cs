namespace Dashboard.Approvals;

/// <summary>How a request ended, and by whom.</summary>
/// <param name="By">Who decided; empty where nobody did.</param>
internal sealed record Decision(Guid Request, RequestEnd End, string By)
{
    /// <summary>What came of it.</summary>
    public ClientOutcome Outcome { get; init; }
}

internal static class DecisionWords
{
    /// <summary>Why a request cannot be answered any more.</summary>
    public static string WhyOver(this Decision? decision) => decision switch
    {
        null => "This request is over: the client has left, or its server was restarted. Nothing was sent.",
        { End: RequestEnd.Replaced } => "This request was replaced by a newer request of the same client. Nothing was sent.",
        { End: RequestEnd.RefusedByServer } => "This request is over: OpenVPN itself refused the client, by a script or a plugin. Nothing was sent.",
        { End: RequestEnd.LetInElsewhere } => "This request is over: the client was let in, not by the dashboard. Nothing was sent.",
        _ => $"This request is over: {decision.By} {(decision.End is RequestEnd.Approved ? "approved" : "denied")} it{Since(decision.Outcome)}. Nothing was sent.",
    };

    private static string Since(ClientOutcome outcome) => outcome switch
    {
        ClientOutcome.Refused => ", and OpenVPN itself refused the client",
        ClientOutcome.Left => ", and the client has left since",
        _ => " already",
    };
}
