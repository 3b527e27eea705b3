namespace Dashboard.Live;

/// <summary>Something that an OpenVPN process waits to be told. Texts in it may be hostile. It holds no secret.</summary>
/// <param name="Id">Names it in an answer: one that was asked anew is another one.</param>
/// <param name="Kind">What kind of answer is wanted.</param>
/// <param name="Type">What for, in OpenVPN's word: <c>Auth</c>, <c>Private Key</c>, <c>HTTP Proxy</c> …; empty where it has none.</param>
public sealed record DaemonQuestion(Guid Id, QuestionKind Kind, string Type)
{
    /// <summary>The question in words of the daemon or its server; empty where there are none.</summary>
    public string Text { get; init; } = "";

    /// <summary>When it was asked, our clock.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Why the last answer was not accepted; null if there was none, or it was.</summary>
    public string? Refusal { get; init; }

    public bool WantsUsername { get; init; }
    public bool WantsPassword { get; init; }

    /// <summary>A further answer is wanted along with them, to <see cref="Text"/>.</summary>
    public bool WantsResponse { get; init; }

    /// <summary>That answer may be shown while it is typed.</summary>
    public bool EchoesResponse { get; init; }

    /// <summary>What was given last time may be given again by itself, if a person wants that.</summary>
    public bool CanBeRemembered { get; init; }
}
