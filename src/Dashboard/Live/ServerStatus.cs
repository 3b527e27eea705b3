namespace Dashboard.Live;

/// <summary>How we stand with one OpenVPN server. A closed set: every screen and the API use these words.</summary>
public enum ServerStatus
{
    /// <summary>No attempt has ended yet.</summary>
    Connecting,

    /// <summary>The management session is open and what is shown is current.</summary>
    Live,

    /// <summary>The management session is open, but OpenVPN has answered nothing for too long: what is shown is old.</summary>
    Stale,

    /// <summary>OpenVPN waits for a hold release: no VPN until somebody lets it go.</summary>
    Held,

    /// <summary>OpenVPN answers but is not through its start or restart yet.</summary>
    Starting,

    /// <summary>The connection is accepted and silent: another management client has the only slot.</summary>
    SlotTaken,

    /// <summary>We gave the slot up on purpose, for another program to use, and come back by ourselves.</summary>
    Released,

    /// <summary>OpenVPN asks for a management password and none is configured.</summary>
    PasswordWanted,

    /// <summary>OpenVPN refuses the configured management password.</summary>
    PasswordWrong,

    /// <summary>Something answers at the endpoint that is not OpenVPN's management interface.</summary>
    NotOpenVpn,

    /// <summary>No connection: refused, no such socket, no route, no answer, or cut.</summary>
    Unreachable,
}
