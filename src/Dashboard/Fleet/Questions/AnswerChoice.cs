namespace Dashboard.Fleet.Questions;

/// <summary>What to do about a question that is not answered with a text.</summary>
public enum AnswerChoice
{
    /// <summary>Confirm; connect to the remote.</summary>
    Accept,

    /// <summary>Do not confirm; go on to the next remote.</summary>
    Refuse,

    /// <summary>Connect to another remote.</summary>
    Change,

    /// <summary>Connect without a proxy.</summary>
    NoProxy,
    HttpProxy,
    SocksProxy,
}
