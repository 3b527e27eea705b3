using Dashboard.Fleet.Operations;

namespace Dashboard.Components.Controls;

/// <summary>Something that is asked about before it is done.</summary>
/// <param name="Verb">What the title asks about: <c>Send SIGHUP to</c>.</param>
/// <param name="Subject">To whom or what: a name, which may be hostile text.</param>
/// <param name="Act">Does it. Its result is shown in the daemon's own words.</param>
public sealed record ConfirmQuestion(string Verb, string Subject, Func<ConfirmAnswer, Task<OperationResult>> Act)
{
    /// <summary>What the button says; the verb, where it can stand alone.</summary>
    public string Button { get; init; } = Verb;

    /// <summary>Exactly what will happen.</summary>
    public string Consequence { get; init; } = "";

    /// <summary>Ways to do it, of which one is chosen; the first is the default.</summary>
    public IReadOnlyList<ConfirmChoice> Choices { get; init; } = [];

    /// <summary>Somebody loses something by it: the button is red.</summary>
    public bool IsDestructive { get; init; }

    /// <summary>What is said while it is done.</summary>
    public string Waiting { get; init; } = "Waiting for the daemon’s answer …";

    /// <summary>Whether a reason may be given.</summary>
    public bool AsksReason { get; init; }

    /// <summary>Who will read the reason.</summary>
    public string ReasonHint { get; init; } = "optional; kept on record, the client does not see it";

    /// <summary>Something to do besides; null where there is nothing.</summary>
    public ConfirmOption? Option { get; init; }
}

/// <summary>Something that can be done besides, in one of several ways; the first is not to do it.</summary>
/// <param name="Explanation">What it means; shown when one of the others is chosen.</param>
public sealed record ConfirmOption(string Label, IReadOnlyList<string> Choices, string Explanation)
{
    /// <summary>To whom it can be done; the first is the default. Each is shown when it is to be done.</summary>
    public IReadOnlyList<ConfirmChoice> Targets { get; init; } = [];
}

/// <summary>One way to do what is asked about.</summary>
public sealed record ConfirmChoice(string Label, string Consequence);

/// <summary>How a question was answered with yes.</summary>
/// <param name="Choice">Index into <see cref="ConfirmQuestion.Choices"/>; 0 where there are none.</param>
/// <param name="Reason">Null if none was given.</param>
/// <param name="Option">Index into the choices of <see cref="ConfirmQuestion.Option"/>; 0 where there are none.</param>
/// <param name="Target">Index into its targets; 0 where there are none.</param>
public sealed record ConfirmAnswer(int Choice, string? Reason, int Option = 0, int Target = 0);
