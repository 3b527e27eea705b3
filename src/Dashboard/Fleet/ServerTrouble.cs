using System.Net.Sockets;

using Dashboard.Live;

using Mgmt.Core.Connection;
using Mgmt.Core.Sockets;

namespace Dashboard.Fleet;

/// <summary>Why there is no management session, in words for a person, with what to do about it.</summary>
internal sealed record ServerTrouble(ServerStatus Status, string Detail, string Advice)
{
    /// <param name="holder">The local program that has it, as far as it can be seen.</param>
    public static ServerTrouble SlotTaken(string? holder) => new(ServerStatus.SlotTaken,
        holder is null
            ? "The connection is accepted and nothing is said: another management client holds the only slot, or this is not OpenVPN."
            : $"The only slot is held by {holder}.",
        "Close the other client (a monitoring agent, a script, an open netcat). The dashboard waits in line and takes the slot as soon as it is free. If there is none, compare the endpoint with OpenVPN's management line.");

    /// <summary>We gave the slot up on purpose.</summary>
    public static ServerTrouble Released { get; } = new(ServerStatus.Released,
        "The management slot was released, so that another program can use it.",
        "The dashboard comes back by itself. Meanwhile nothing is watched, and no command can be sent.");

    /// <summary>We listen, and nobody is there.</summary>
    /// <param name="last">What became of the last one; null if there was none.</param>
    public static ServerTrouble NobodyDialled(ManagementEndpoint endpoint, ServerTrouble? last) => new(ServerStatus.Unreachable,
        last is null ? "No OpenVPN process has dialled in yet." : $"No OpenVPN process is connected. Of the last one: {last.Detail}",
        $"The dashboard listens. OpenVPN dials once, when it starts: start it with the lines '{ManagementLine(endpoint)}' and 'management-client' in its configuration, and with Restart=always in its systemd unit: it ends with status 0 when nobody listens, or the dashboard stops.");

    public static ServerTrouble CannotListen(Exception cause) => new(ServerStatus.Unreachable,
        cause.Message,
        "Until the dashboard can listen there, OpenVPN ends at its start. Correct the endpoint, end what else listens there, or let the dashboard’s user write to the directory.");

    /// <summary>A mistake of our own.</summary>
    public static ServerTrouble Broken { get; } = new(ServerStatus.Unreachable,
        "The dashboard stumbled over something that it did not expect, and is not connected.",
        "It starts again by itself. Its own log has the details: please report them.");

    public static ServerTrouble Silent { get; } = new(ServerStatus.Stale,
        "The management session is open, and OpenVPN answers nothing.",
        "It may be busy with a script, a plugin or a name look-up, or its machine is stopped. The dashboard keeps its place; if nothing comes it connects anew.");

    public static ServerTrouble NoList { get; } = new(ServerStatus.Stale,
        "OpenVPN answers, but has not listed its clients for too long.",
        "Look at its log: a restart that does not come to an end is the usual reason.");

    public static ServerTrouble From(Exception cause, ManagementEndpoint endpoint) => cause switch
    {
        PasswordRequiredException => new(ServerStatus.PasswordWanted,
            "OpenVPN asks for a management password and none is configured.",
            "Put the password into a file that only the dashboard can read and name it as this server's PasswordFile."),
        PasswordRejectedException => new(ServerStatus.PasswordWrong,
            "OpenVPN refuses the management password.",
            "Compare the first line of this server's PasswordFile with the file named in OpenVPN's management line."),
        NotOpenVpnException => new(ServerStatus.NotOpenVpn,
            $"What answers at {endpoint} is not OpenVPN's management interface.",
            "Compare the endpoint with OpenVPN's management line: it is not the port that VPN clients use."),
        SlotTakenException => new(ServerStatus.NotOpenVpn, "What dialled in has said nothing.", "OpenVPN greets at once: something else connects to this endpoint."),
        PasswordFileException => new(ServerStatus.PasswordWanted, cause.Message, "Make the file readable for the user that runs the dashboard."),
        ManagementTimeoutException => new(ServerStatus.Unreachable, "OpenVPN does not answer.", "The daemon may be stopped, or busy with a script or a name look-up."),
        ClosedWhileOpeningException when endpoint is ManagementEndpoint.Unix => new(ServerStatus.Unreachable,
            "The connection was accepted, and closed without a word.",
            "OpenVPN turns away whoever is not the user of its line management-client-user or in the group of management-client-group: name there the user that runs the dashboard. If it has neither line, it is ending."),
        ManagementClosedException or ClosedWhileOpeningException => new(ServerStatus.Unreachable, "The management connection ended.", Restart(endpoint)),
        _ when FindSocketError(cause) is SocketError.WouldBlock => SlotTaken(null), // a unix socket's line of waiters is full
        _ => new(ServerStatus.Unreachable, Describe(FindSocketError(cause), cause, endpoint), Help(FindSocketError(cause), endpoint)),
    };

    /// <summary>How far an attempt got that ended before a connection was made.</summary>
    public static ConnectionStage StageOf(Exception cause) => FindSocketError(cause) switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.AddressNotAvailable => ConnectionStage.NotFound,
        SocketError.WouldBlock => ConnectionStage.Connected,
        _ => ConnectionStage.Found,
    };

    private static SocketError FindSocketError(Exception? cause) => cause switch
    {
        null => SocketError.SocketError,
        SocketException { SocketErrorCode: var code } => code,
        EndpointUnreachableException { InnerException: OperationCanceledException } => SocketError.TimedOut,
        _ => FindSocketError(cause.InnerException),
    };

    private static string Describe(SocketError error, Exception cause, ManagementEndpoint endpoint) => error switch
    {
        SocketError.ConnectionRefused => "Connection refused.",
        SocketError.AddressNotAvailable when endpoint is ManagementEndpoint.Unix unix => $"There is no socket at {unix.Path}.", // ENOENT
        SocketError.AccessDenied => "Permission denied.",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "The host name does not resolve.",
        SocketError.TimedOut => "No answer: the host is down, or a firewall drops the packets.",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "No route to the host.",
        _ => cause.Message,
    };

    private static string Help(SocketError error, ManagementEndpoint endpoint) => error switch
    {
        SocketError.AccessDenied => "The user that runs the dashboard may not open the socket: see management-client-user and management-client-group, and the rights of its directory.",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "Correct the host name in the endpoint, or its DNS record.",
        SocketError.TimedOut or SocketError.NetworkUnreachable or SocketError.HostUnreachable => "Check the address, the route and the firewall between the dashboard and the server.",
        _ => Restart(endpoint),
    };

    private static string Restart(ManagementEndpoint endpoint) =>
        $"The daemon is not running, or its configuration lacks the line '{ManagementLine(endpoint)}'.";

    /// <summary>The line of OpenVPN's configuration that makes this endpoint.</summary>
    public static string ManagementLine(ManagementEndpoint endpoint) => endpoint switch
    {
        ManagementEndpoint.Unix unix => $"management {unix.Path} unix",
        ManagementEndpoint.Tcp tcp => $"management {(tcp.Host is "*" ? "ADDRESS-OF-THE-DASHBOARD" : tcp.Host)} {tcp.Port}",
        _ => "management …",
    };
}
