namespace Mgmt.Core.Events;

/// <summary>What an OpenVPN process is doing. Servers only use the first five names after <see cref="Unknown"/> and <see cref="Exiting"/>.</summary>
public enum DaemonState
{
    /// <summary>A name this version does not know: see the name itself.</summary>
    Unknown,

    /// <summary>CONNECTING: the beginning.</summary>
    Connecting,

    /// <summary>ASSIGN_IP: the tunnel gets its addresses.</summary>
    AssignIp,

    /// <summary>ADD_ROUTES: routes are being added.</summary>
    AddRoutes,

    /// <summary>CONNECTED: initialisation is complete.</summary>
    Connected,

    /// <summary>RECONNECTING: a restart; forget all CIDs.</summary>
    Reconnecting,

    /// <summary>EXITING: the process ends.</summary>
    Exiting,

    /// <summary>RESOLVE: a host name is looked up.</summary>
    Resolve,

    /// <summary>TCP_CONNECT: connecting to a TCP server.</summary>
    TcpConnect,

    /// <summary>WAIT: waiting for the server's first answer.</summary>
    Wait,

    /// <summary>AUTH: authenticating.</summary>
    Auth,

    /// <summary>GET_CONFIG: downloading the configuration.</summary>
    GetConfig,

    /// <summary>AUTH_PENDING: the server waits for a second factor or a person.</summary>
    AuthPending,
}
