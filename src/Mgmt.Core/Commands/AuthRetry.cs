namespace Mgmt.Core.Commands;

/// <summary>What a client does after a refused authentication.</summary>
public enum AuthRetry
{
    /// <summary>End.</summary>
    None,

    /// <summary>Try again with the same credentials.</summary>
    NoInteract,

    /// <summary>Ask again.</summary>
    Interact,
}
