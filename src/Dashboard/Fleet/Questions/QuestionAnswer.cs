namespace Dashboard.Fleet.Questions;

/// <summary>A person's answer to a daemon's question; which parts it needs depends on the question. It may hold secrets.</summary>
public sealed record QuestionAnswer
{
    public string? Username { get; init; }
    public string? Password { get; init; }

    /// <summary>A text, or the answer to a challenge.</summary>
    public string? Response { get; init; }

    /// <summary>What to do, where there is a choice; null chooses nothing, and is refused there.</summary>
    public AnswerChoice? Choice { get; init; }

    /// <summary>Of another remote, or a proxy.</summary>
    public string? Host { get; init; }
    public int? Port { get; init; }

    /// <summary>Give user name and password again by itself when they are asked for the next time, until the dashboard stops.</summary>
    public bool Remember { get; init; }

    public override string ToString() => $"{nameof(QuestionAnswer)} {{ {Choice} }}"; // nothing else goes into a log
}
