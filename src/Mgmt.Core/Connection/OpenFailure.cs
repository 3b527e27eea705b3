namespace Mgmt.Core.Connection;

/// <summary>Why a management connection could not be opened.</summary>
public enum OpenFailure
{
    /// <summary>
    /// Nothing answers there: refused, no route, no such name, no such socket file, no permission, a connect that times out. The socket error of the
    /// inner exception tells which.
    /// </summary>
    Unreachable,

    /// <summary>
    /// Connected, but no greeting: somebody else has the daemon's only management slot, or the daemon is busy (name resolution, a script).
    /// </summary>
    SlotTaken,

    /// <summary>The daemon asks for a management password and none is configured.</summary>
    PasswordRequired,

    /// <summary>The daemon refused the management password.</summary>
    PasswordRejected,

    /// <summary>Something answered that is not OpenVPN's management interface.</summary>
    NotOpenVpn,

    /// <summary>The other side closed the connection before the greeting was complete; on a unix socket perhaps because of its user check.</summary>
    Closed,
}
