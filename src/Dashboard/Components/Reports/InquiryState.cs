namespace Dashboard.Components.Reports;

/// <summary>How a question to the history stands.</summary>
public enum InquiryState
{
    /// <summary>Nobody has asked yet, or the answer is awaited.</summary>
    Reading,

    Answered,

    /// <summary>The history cannot be read now.</summary>
    Unavailable,

    /// <summary>The question makes no sense.</summary>
    Refused,
}
