using System.Security.Claims;

using Dashboard.Live;

namespace Dashboard.Fleet.Operations;

/// <summary>How a client's session is ended.</summary>
public enum DisconnectMode
{
    /// <summary>The client is told to reconnect (<c>client-kill CID</c>); it usually comes back within seconds.</summary>
    Restart,

    /// <summary>The client is told to stop (<c>client-kill CID HALT</c>); it stays away until somebody starts it again.</summary>
    Halt,
}

/// <summary>Hold commands of the management interface.</summary>
public enum HoldAction
{
    On,
    Off,
    Release,
}

/// <summary>Signals that the management interface can throw into the daemon.</summary>
public enum ServerSignal
{
    /// <summary>Restart the tunnel without reading the configuration again; every client has to come back.</summary>
    SIGUSR1,

    /// <summary>Write the status to the log.</summary>
    SIGUSR2,

    /// <summary>Restart everything and read the configuration again.</summary>
    SIGHUP,

    /// <summary>End the daemon.</summary>
    SIGTERM,
}

/// <summary>
/// The one path for everything that an operator can do to a server: authorises the caller, checks that the target is still
/// what the operator saw, sends, and answers with the daemon's own words. Never throws for an expected outcome.
/// </summary>
public interface IServerOperations
{
    Task<OperationResult> DisconnectAsync(ClaimsPrincipal caller, SessionIdentity session, DisconnectMode mode, string? reason, CancellationToken cancellationToken = default);

    Task<OperationResult> HoldAsync(ClaimsPrincipal caller, string server, HoldAction action, CancellationToken cancellationToken = default);

    Task<OperationResult> SignalAsync(ClaimsPrincipal caller, string server, ServerSignal signal, CancellationToken cancellationToken = default);
}
