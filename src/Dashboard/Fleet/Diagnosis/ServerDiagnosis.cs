using System.Collections.Immutable;
using System.Globalization;

using Dashboard.Live;

using Mgmt.Core.Sockets;

namespace Dashboard.Fleet.Diagnosis;

/// <summary>
/// Goes through everything that has to be right between the dashboard and one OpenVPN server, in the order in which it
/// goes wrong. Looks only at what the session has learned: asks nobody, and never opens a second connection to the slot.
/// </summary>
internal static class ServerDiagnosis
{
    private const string OpenVpnFile = "the server's OpenVPN configuration";
    private const string PasswordPath = "/etc/openvpn/management.password";
    private const string OwnFile = "appsettings.json, at this server's entry";

    /// <summary>Clocks are compared in whole seconds.</summary>
    private static readonly TimeSpan s_skewAllowed = TimeSpan.FromSeconds(3);

    public static ImmutableArray<DiagnosisCheck> Of(ServerSnapshot server) =>
    [
        Found(server), Connects(server), Slot(server), Password(server), Greeting(server), Answers(server), Version(server), Hold(server),
        ClientAuth(server), ClientList(server), Dco(server), ByteCounts(server), Readings(server), Clock(server), Verbosity(server), Log(server),
    ];

    private static bool IsOpen(ServerSnapshot server) => server.Status is ServerStatus.Live or ServerStatus.Stale or ServerStatus.Held or ServerStatus.Starting;

    private static bool IsTcp(ServerSnapshot server) => server.Endpoint.StartsWith("tcp", StringComparison.Ordinal);

    // Several lines where OpenVPN is to dial. Who has a password keeps it: without its file the line would open the door.
    private static string ManagementLine(ServerSnapshot server, bool withPassword = false) =>
        ManagementEndpoint.TryParse(server.Endpoint, out ManagementEndpoint? endpoint, out _)
            ? ServerTrouble.ManagementLine(endpoint) + (withPassword || server.HasPasswordFile ? " " + PasswordPath : "") + (server.DialsIn ? "\nmanagement-client" : "")
            : "";

    private static DiagnosisCheck Found(ServerSnapshot server)
    {
        if (server.DialsIn)
        {
            return server.Connection.Stage switch
            {
                ConnectionStage.None => Unknown("Listening", "Not tried yet."),
                ConnectionStage.NotFound => new("Listening", CheckOutcome.Failed, server.Detail) { Advice = server.Advice },
                _ => Ok("Listening", $"The dashboard listens at {server.Endpoint}."),
            };
        }
        string name = IsTcp(server) ? "Host name" : "Socket";
        return server.Connection.Stage switch
        {
            ConnectionStage.None => Unknown(name, "No attempt has ended yet."),
            ConnectionStage.NotFound when IsTcp(server) => new(name, CheckOutcome.Failed, $"The host of {server.Endpoint} has no address.")
            {
                Advice = "Correct the name here or in the DNS, or write the address.",
                Line = "\"Endpoint\": \"tcp://192.0.2.1:7505\"",
                File = OwnFile,
            },
            ConnectionStage.NotFound => new(name, CheckOutcome.Failed, $"There is no socket at {server.Endpoint}.")
            {
                Advice = "OpenVPN makes it at its start, if this line is there and the directory exists.",
                Line = ManagementLine(server),
                File = OpenVpnFile,
            },
            _ => Ok(name, server.Connection.Peer is { } peer ? $"Found: {peer}." : "Found."),
        };
    }

    private static DiagnosisCheck Connects(ServerSnapshot server) => server.Connection switch
    {
        { Stage: ConnectionStage.Connected or ConnectionStage.Greeted } when server.Status is ServerStatus.Unreachable => new("Connection", CheckOutcome.Failed, server.Detail)
        {
            Advice = server.Advice,
            Line = server.Connection.Stage is ConnectionStage.Connected && !IsTcp(server) ? $"management-client-user {Environment.UserName}" : ManagementLine(server),
            File = OpenVpnFile,
        },
        { Stage: ConnectionStage.Connected or ConnectionStage.Greeted } when server.DialsIn => Ok("Connection", $"It dialled in{(IsTcp(server) && server.Connection.Peer is { } from ? $" from {from}" : "")}. It ends when this connection ends, also when the dashboard stops: have it started again in any case (Restart=always in its systemd unit; it ends with status 0, which Restart=on-failure takes for a success)."),
        { Stage: ConnectionStage.None or ConnectionStage.NotFound } => Unknown("Connection", "There is nothing to connect to yet."),
        { Stage: ConnectionStage.Found } => new("Connection", CheckOutcome.Failed, server.Detail)
        {
            Advice = server.Advice,
            Line = ManagementLine(server),
            File = OpenVpnFile,
        },
        { Peer: { } peer } => Ok("Connection", IsTcp(server) ? $"Connected to {peer} over {(peer.StartsWith('[') ? "IPv6" : "IPv4")}." : $"Connected to {peer}."),
        _ => Ok("Connection", "Accepted."),
    };

    private static DiagnosisCheck Slot(ServerSnapshot server) => server.Status switch
    {
        ServerStatus.SlotTaken => new("Slot", CheckOutcome.Failed, server.Detail) { Advice = server.Advice },
        ServerStatus.Released => new("Slot", CheckOutcome.Warning, server.Detail) { Advice = server.Advice },
        _ when server.DialsIn => Ok("Slot", "OpenVPN dialled the dashboard: nobody else can take its slot."),
        _ when IsOpen(server) => Ok("Slot", "The dashboard holds the management slot. OpenVPN has only this one."),
        _ => Unknown("Slot", "Seen only when the connection is accepted."),
    };

    private static DiagnosisCheck Password(ServerSnapshot server) => server.Status switch
    {
        ServerStatus.PasswordWanted => new("Password", CheckOutcome.Failed, server.Detail)
        {
            Advice = server.Advice,
            Line = $"\"PasswordFile\": \"{PasswordPath}\"",
            File = OwnFile,
        },
        ServerStatus.PasswordWrong => new("Password", CheckOutcome.Failed, server.Detail)
        {
            Advice = server.Advice,
            Line = ManagementLine(server, withPassword: true),
            File = OpenVpnFile,
        },
        _ when server.Connection.Stage is not ConnectionStage.Greeted => Unknown("Password", "OpenVPN asks for it before its greeting."),
        _ when server.Connection.PasswordExposed is { } why => new("Password", CheckOutcome.Warning, "Asked for, and accepted, but others can get at it.") { Advice = why },
        _ when server.Connection.PasswordAsked => Ok("Password", "Asked for, and accepted."),
        _ when server.Connection.IsClosedToOthers => Ok("Password", "OpenVPN asks for none, and other users of its machine cannot open the socket."),
        _ => new("Password", CheckOutcome.Warning, "OpenVPN asks for none: whoever can open the socket controls this VPN.")
        {
            Advice = IsTcp(server)
                ? "Put a password into a file on the server and name it here and there. The conversation is not encrypted: keep the port on 127.0.0.1, or use a unix socket."
                : "Keep the socket in a directory that only the dashboard's user can enter, or add a password file.",
            Line = ManagementLine(server, withPassword: true),
            File = OpenVpnFile,
        },
    };

    private static DiagnosisCheck Greeting(ServerSnapshot server) => server switch
    {
        { Status: ServerStatus.NotOpenVpn } => new("Greeting", CheckOutcome.Failed, server.Detail)
        {
            Advice = server.Advice,
            Line = ManagementLine(server),
            File = OpenVpnFile,
        },
        { Connection.Greeting: { } greeting } => Ok("Greeting", greeting),
        _ => Unknown("Greeting", "None has come."),
    };

    private static DiagnosisCheck Answers(ServerSnapshot server) => server.Status switch
    {
        ServerStatus.Stale => new("Answers", CheckOutcome.Failed, server.Detail) { Advice = server.Advice },
        _ when IsOpen(server) => Ok("Answers", "OpenVPN answers what it is asked."),
        _ => Unknown("Answers", "There is no management session now."),
    };

    private static DiagnosisCheck Version(ServerSnapshot server) => server.Version switch
    {
        null => Unknown("Version", "Not known yet."),
        var release when ReleaseOf(release) is { } number && number < new Version(2, 6) => new("Version", CheckOutcome.Warning, $"OpenVPN {release}. Releases before 2.6 get no corrections any more.")
        {
            Advice = "Everything here works with it, but for what came later: whether DCO is in use, and pushing options to connected clients (2.7).",
        },
        var release => Ok("Version", $"OpenVPN {release}."),
    };

    private static DiagnosisCheck Hold(ServerSnapshot server) => server switch
    {
        { Status: ServerStatus.Held } => new("Hold", server.HoldIsExpected ? CheckOutcome.Warning : CheckOutcome.Failed, server.Detail)
        {
            Advice = "Release it, or have the dashboard do so each time.",
            Line = "\"HoldPolicy\": \"Release\"",
            File = OwnFile,
        },
        { HoldFlag: true, HoldIsExpected: false } => new("Hold", CheckOutcome.Warning, "Hold is on: at its next start or restart OpenVPN waits until somebody releases it.")
        {
            Advice = "Turn hold off, or have the dashboard release it each time.",
            Line = "\"HoldPolicy\": \"Release\"",
            File = OwnFile,
        },
        { HoldFlag: { } on } => Ok("Hold", on ? "Hold is on, and somebody else's business here." : "Hold is off: OpenVPN starts by itself."),
        _ => Unknown("Hold", "Not known yet."),
    };

    private static DiagnosisCheck ClientAuth(ServerSnapshot server) => server.ClientAuth switch
    {
        _ when server.Role is DaemonRole.Client => Ok("Client approval", "This OpenVPN is a client itself: there is nobody to approve."),
        true => Ok("Client approval", "OpenVPN asks its management client about each client (management-client-auth), and tells of each that leaves. A client that nobody decides about cannot connect."),
        false => new("Client approval", CheckOutcome.Warning, "OpenVPN decides by itself who may connect (no management-client-auth). Who comes and goes is learned from the list of clients and the log, within seconds.")
        {
            Advice = "That is all right for watching. To approve or block clients from here, add this line; from then on no client gets in while no management client answers. Clients without a user name need auth-user-pass-optional beside it.",
            Line = "management-client-auth",
            File = OpenVpnFile,
        },
        null => Unknown("Client approval", "Shows itself when the next client connects."),
    };

    private static DiagnosisCheck ClientList(ServerSnapshot server) => server switch
    {
        { Role: DaemonRole.Client, LastMalformedLine: null } => Ok("List of clients", "This OpenVPN is a client itself, and lists nobody."),
        { ListIsComplete: false } => new("List of clients", CheckOutcome.Failed, "OpenVPN cuts its list of clients off: a row has more than 511 bytes, usually for a very long user name. Who stands behind it is not seen.")
        {
            Advice = "Find the user with the long name in OpenVPN's own log and end that session, or limit the length of user names where they are checked.",
        },
        { LastMalformedLine: { } line } => new("List of clients", CheckOutcome.Warning, $"Lines broke the protocol's rules; the last one: {line}"),
        { ClientsAsOf: not null, IsLive: true } => Ok("List of clients", "Read whole."),
        _ => Unknown("List of clients", "None has come on this connection."),
    };

    private static DiagnosisCheck Dco(ServerSnapshot server) => server.Dco switch
    {
        null => Unknown("Kernel offload (DCO)", server.Version is null ? "Not known yet." : "This OpenVPN does not say; before 2.6 there is none."),
        false => Ok("Kernel offload (DCO)", "Not in use: OpenVPN itself moves and counts the packets."),
        true when ReleaseOf(server.Version) is { } release && release < new Version(2, 7) => new("Kernel offload (DCO)", CheckOutcome.Warning,
            string.Create(CultureInfo.InvariantCulture, $"The kernel moves the packets, and before OpenVPN 2.7 sends no byte counts then: rates are differences between two lists of clients, {server.StatusInterval.TotalSeconds:0.#} s apart."))
        {
            Advice = "For finer rates update to OpenVPN 2.7, read the list more often, or do without the offload (which costs throughput):",
            Line = "disable-dco",
            File = OpenVpnFile,
        },
        true => Ok("Kernel offload (DCO)", "The kernel moves the packets; byte counts come all the same."),
    };

    private static DiagnosisCheck ByteCounts(ServerSnapshot server) => server switch
    {
        { LastByteCount: not null, IsLive: true } => Ok("Byte counts", string.Create(CultureInfo.InvariantCulture, $"They come, asked for each {server.ByteCountInterval.TotalSeconds:0.#} s: the source of the rates.")),
        { IsLive: false } => Unknown("Byte counts", "None can come now."),
        { ClientCount: null or 0 } => Unknown("Byte counts", "No client is connected that could be counted."),
        { Dco: true } => new("Byte counts", CheckOutcome.Warning, "None come, because of the kernel offload: rates are taken from the list of clients."),
        _ => new("Byte counts", CheckOutcome.Warning, "None has come: OpenVPN to 2.6 says nothing of clients that move nothing. Rates are taken from the list of clients until then."),
    };

    private static DiagnosisCheck Readings(ServerSnapshot server) => server switch
    {
        { UnreadableReadings: 0, WrongReadings: 0, Version: null } => Unknown("Counters", "None was read yet."),
        { UnreadableReadings: 0, WrongReadings: 0 } => Ok("Counters", "Every reading could be read, and be true."),
        { LastUnreadableReading: { } reading } => new("Counters", CheckOutcome.Warning,
            string.Create(CultureInfo.InvariantCulture, $"{server.UnreadableReadings} readings could not be read and {server.WrongReadings} could not be true; each was left out, and nothing else. The last that could not be read: {reading}")),
        _ => new("Counters", CheckOutcome.Warning,
            string.Create(CultureInfo.InvariantCulture, $"{server.WrongReadings} readings could not be true (lower than the one before, or more than 100 Gbit/s could carry): each was left out or taken back, and the next ones counted.")),
    };

    private static DiagnosisCheck Clock(ServerSnapshot server) => server.ClockSkew switch
    {
        null => Unknown("Clock", "Not measured yet."),
        { } skew when skew.Duration() >= s_skewAllowed => new("Clock", CheckOutcome.Warning,
            string.Create(CultureInfo.InvariantCulture, $"The server's clock is {skew.Duration().TotalSeconds:0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} the dashboard's: connected-since times and log lines are off by as much."))
        {
            Advice = "Synchronise both clocks; on the machine that is wrong:",
            Line = "timedatectl set-ntp true",
            File = "a root shell",
        },
        _ => Ok("Clock", "Agrees with the dashboard's to within 3 s."),
    };

    private static DiagnosisCheck Verbosity(ServerSnapshot server) => server.Verb switch
    {
        null => Unknown("Log verbosity", "Not known yet."),
        < 1 => LogLine("Too little is logged to tell why clients leave.", 0),
        > Operations.LogLevels.HighestSafe and var verb => LogLine(string.Create(CultureInfo.InvariantCulture, $"From verb 8 on OpenVPN logs the sending of its own log and answers nothing any more: the dashboard leaves the log alone until it connects to a lower one."), verb),
        > 4 and var verb => LogLine(string.Create(CultureInfo.InvariantCulture, $"verb {verb} writes a line for each packet or more: it slows OpenVPN down, and the lines that matter leave its cache of 250 at once."), verb),
        var verb => Ok("Log verbosity", string.Create(CultureInfo.InvariantCulture, $"verb {verb}: enough to tell why clients leave.")),
    };

    private static DiagnosisCheck LogLine(string finding, int verb) => new("Log verbosity", CheckOutcome.Warning, string.Create(CultureInfo.InvariantCulture, $"{finding} Now it is {verb}."))
    {
        Advice = "Three is the usual choice.",
        Line = "verb 3",
        File = OpenVpnFile,
    };

    private static DiagnosisCheck Log(ServerSnapshot server) =>
        !IsOpen(server) ? Unknown("Log and echo", "There is no management session now.")
        : server.Log.IsEmpty ? new("Log and echo", CheckOutcome.Warning, "OpenVPN has no line of its log in its cache.") { Advice = "Give it room for more than none:", Line = "management-log-cache 250", File = OpenVpnFile }
        : Ok("Log and echo", string.Create(CultureInfo.InvariantCulture, $"{server.Log.Length} lines of the log and {server.Echo.Length} of echo are at hand."));

    private static Version? ReleaseOf(string? release) =>
        release?.Split('.', '_', '-') is [var major, var minor, ..] && System.Version.TryParse($"{major}.{minor}", out Version? version) ? version : null;

    private static DiagnosisCheck Ok(string name, string finding) => new(name, CheckOutcome.Ok, finding);

    private static DiagnosisCheck Unknown(string name, string finding) => new(name, CheckOutcome.Unknown, finding);
}
