namespace Mgmt.Core.Connection;

/// <summary>How a <see cref="ManagementListener"/> listens.</summary>
public sealed class ManagementListenerOptions
{
    /// <summary>Who may connect to a unix socket; set before the first connection is possible. Only the owner by default.</summary>
    public UnixFileMode SocketMode { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>How many connections may wait to be accepted.</summary>
    public int Backlog { get; init; } = 64;
}
