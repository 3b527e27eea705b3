namespace Dashboard.Fleet.Diagnosis;

/// <summary>One question about a server, with its answer.</summary>
/// <param name="Name">What is looked at.</param>
/// <param name="Outcome">How it stands.</param>
/// <param name="Finding">What was found, and what it means; may hold text of strangers.</param>
public sealed record DiagnosisCheck(string Name, CheckOutcome Outcome, string Finding)
{
    /// <summary>What helps, as a sentence; null where nothing needs doing.</summary>
    public string? Advice { get; init; }

    /// <summary>The exact line to paste; null where no line helps.</summary>
    public string? Line { get; init; }

    /// <summary>The file in which <see cref="Line"/> belongs.</summary>
    public string? File { get; init; }
}

/// <summary>How a check stands.</summary>
public enum CheckOutcome
{
    Ok,

    /// <summary>It works, and could be better, or it will not work for everything.</summary>
    Warning,

    Failed,

    /// <summary>Not known, because what comes before it has failed or has not happened yet.</summary>
    Unknown,
}
