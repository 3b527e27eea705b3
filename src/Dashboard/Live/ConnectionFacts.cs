namespace Dashboard.Live;

/// <summary>What an attempt to open the management session learned on its way.</summary>
/// <param name="Stage">How far it got.</param>
public sealed record ConnectionFacts(ConnectionStage Stage)
{
    /// <summary>The address that was connected to, for example <c>[::1]:7505</c> or the path of the socket; null before that.</summary>
    public string? Peer { get; init; }

    /// <summary>The daemon asked for a management password.</summary>
    public bool PasswordAsked { get; init; }

    /// <summary>It is a unix socket that other users of the machine cannot open.</summary>
    public bool IsClosedToOthers { get; init; }

    /// <summary>What is wrong with the permissions of our file with that password; null when nothing is.</summary>
    public string? PasswordExposed { get; init; }

    /// <summary>The greeting's text; null before it.</summary>
    public string? Greeting { get; init; }
}

/// <summary>How far an attempt to open the management session got.</summary>
public enum ConnectionStage
{
    /// <summary>No attempt has ended yet.</summary>
    None,

    /// <summary>The host's name has no address, or the socket's path no file.</summary>
    NotFound,

    /// <summary>There is an address, and nobody answers there.</summary>
    Found,

    /// <summary>The connection was accepted.</summary>
    Connected,

    /// <summary>OpenVPN has greeted: the session is open.</summary>
    Greeted,
}
