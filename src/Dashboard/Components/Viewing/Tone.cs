namespace Dashboard.Components.Viewing;

/// <summary>What a colour means, and the shape that says the same without colour.</summary>
public enum Tone
{
    /// <summary>Nothing to say: grey ring.</summary>
    Neutral,

    /// <summary>Works: green dot.</summary>
    Good,

    /// <summary>Needs care: amber triangle.</summary>
    Warning,

    /// <summary>Broken: red diamond.</summary>
    Bad,

    /// <summary>Waits for somebody: violet square.</summary>
    Waiting,
}
