namespace OpenVpn.Simulator.Clients;

/// <summary>How a client goes.</summary>
public enum LeaveReason
{
    /// <summary>It fell silent and the server has given it up (<c>ping-restart</c>).</summary>
    Silence,

    /// <summary>It said that it goes (<c>explicit-exit-notify</c>); listed for five more seconds.</summary>
    ExitNotify,

    /// <summary>Its TCP connection broke.</summary>
    ConnectionReset,
}
