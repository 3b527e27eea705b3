using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mgmt.Core.Sockets;

/// <summary>
/// Reads the lines of an OpenVPN configuration that make sockets (<c>local</c>, <c>port</c>, <c>proto</c>, <c>remote</c>, <c>bind</c>, <c>nobind</c>,
/// <c>management</c>) and says what can never work, what works for one address family only, and what could be better.
/// </summary>
public static class SocketAdvisor
{
    private static readonly string[] s_serverOptions = ["server", "server-ipv6", "server-bridge"];
    private static readonly string[] s_clientOptions = ["client", "pull"];

    private enum Role
    {
        PointToPoint,
        Server,
        Client,
    }

    /// <summary>Examines a configuration.</summary>
    /// <param name="configuration">The whole file.</param>
    /// <returns>What was found, by line.</returns>
    public static IReadOnlyList<SocketAdvice> Examine(string configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        List<ConfigurationLine> lines = ConfigurationLine.ReadAll(configuration);
        var found = new List<SocketAdvice>();
        Role role = RoleOf(lines);
        ExaminePorts(lines, found);
        ExamineProtocols(lines, role, found);
        ExamineListening(lines, role, found);
        ExamineRemotes(lines, role, found);
        ExamineBinding(lines, role, found);
        ManagementAdvisor.Examine(lines, found);
        return [.. found.OrderBy(advice => advice.Line).ThenByDescending(advice => advice.Severity)];
    }

    internal static void Add(this List<SocketAdvice> found, SocketAdviceSeverity severity, ConfigurationLine line, string text) =>
        found.Add(new SocketAdvice(severity, line.Number, text));

    /// <summary>The family of an address; none for names, which may stand for both.</summary>
    internal static AddressFamily? FamilyOf(string? host) =>
        host is not null && IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) ? address.AddressFamily : null;

    internal static string NameOf(AddressFamily family) => family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";

    private static Role RoleOf(List<ConfigurationLine> lines)
    {
        if (lines.Any(line => s_serverOptions.Contains(line.Name, StringComparer.Ordinal) || (line.Name == "mode" && line[1] == "server")))
            return Role.Server;
        return lines.Any(line => s_clientOptions.Contains(line.Name, StringComparer.Ordinal)) ? Role.Client : Role.PointToPoint;
    }

    private static ConfigurationLine? Last(List<ConfigurationLine> lines, string name) => lines.FindLast(line => line.Name == name && line.ConnectionBlock == 0);

    private static bool IsPort(string? text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static void ExaminePorts(List<ConfigurationLine> lines, List<SocketAdvice> found)
    {
        foreach (ConfigurationLine line in lines)
        {
            string? port = line.Name switch
            {
                "port" or "lport" or "rport" => line[1] ?? "",
                "remote" or "local" => line[2],
                _ => null,
            };
            // remote and local also take service names
            if (port is not null && !IsPort(port) && (port.Length == 0 || char.IsAsciiDigit(port[0]) || port[0] == '-'))
                found.Add(SocketAdviceSeverity.Error, line, $"'{line.Name}' needs a port from 0 to 65535, for example 1194.");
        }
    }

    private static void ExamineProtocols(List<ConfigurationLine> lines, Role role, List<SocketAdvice> found)
    {
        foreach (ConfigurationLine line in lines)
        {
            string? word = line.Name switch { "proto" => line[1] ?? "", "remote" or "local" => line[3], _ => null };
            if (word is null)
                continue;
            TransportProtocol? protocol = TransportProtocol.Parse(word);
            if (protocol is null)
                found.Add(SocketAdviceSeverity.Error, line, $"'{word}' is not a protocol; write udp, udp4, udp6, or tcp, tcp4, tcp6 with -server or -client.");
            else if (role == Role.Server && protocol.Side == "client")
                found.Add(SocketAdviceSeverity.Error, line, "A server cannot be the client of TCP: write tcp-server.");
            else if (role == Role.Client && protocol.Side == "server")
                found.Add(SocketAdviceSeverity.Error, line, "A client cannot be the server of TCP: write tcp-client.");
            else if (role == Role.PointToPoint && protocol is { IsTcp: true, Side: "" })
                found.Add(SocketAdviceSeverity.Error, line, "Between two peers 'tcp' does not say who connects: write tcp-server on one side and tcp-client on the other.");
        }
    }

    // A server binds what its local lines and its protocol say. Without a local line, udp and tcp give one socket, of IPv4.
    private static void ExamineListening(List<ConfigurationLine> lines, Role role, List<SocketAdvice> found)
    {
        ConfigurationLine? proto = Last(lines, "proto");
        AddressFamily forced = TransportProtocol.Parse(proto?[1] ?? "udp")?.Family ?? AddressFamily.Unspecified;
        List<ConfigurationLine> locals = lines.FindAll(line => line.Name == "local");
        foreach (ConfigurationLine local in locals)
        {
            AddressFamily own = TransportProtocol.Parse(local[3] ?? "")?.Family ?? forced;
            if (own != AddressFamily.Unspecified && FamilyOf(local[1]) is { } family && family != own)
                found.Add(SocketAdviceSeverity.Error, local, $"{local[1]} is an {NameOf(family)} address and the protocol forces {NameOf(own)}: this can never match.");
        }

        bool listens = role == Role.Server || (role == Role.PointToPoint && !lines.Exists(line => line.Name == "remote"));
        if (!listens)
            return;
        ConfigurationLine? bind = Last(lines, "bind");
        if (bind?[1] == "ipv6only" && forced == AddressFamily.InterNetworkV6)
            found.Add(SocketAdviceSeverity.Warning, bind, "With ipv6only nobody can come by IPv4: leave the word out to serve both families.");

        if (locals.Count == 0)
        {
            SocketAdviceSeverity severity = forced == AddressFamily.InterNetwork ? SocketAdviceSeverity.Advice : SocketAdviceSeverity.Warning;
            if (forced != AddressFamily.InterNetworkV6)
            {
                string word = proto?[1] ?? "udp";
                string both = word.StartsWith("tcp", StringComparison.Ordinal) ? "tcp6-server" : "udp6";
                found.Add(new SocketAdvice(severity, proto?.Number ?? 0, $"'proto {word}' without a local address listens on IPv4 only; clients that come by IPv6 cannot connect. 'proto {both}' listens on both families."));
            }

            return;
        }

        AddressFamily?[] families = [.. locals.Select(local => FamilyOf(local[1])).Distinct()];
        if (families is [AddressFamily.InterNetwork or AddressFamily.InterNetworkV6])
        {
            string other = families[0] == AddressFamily.InterNetwork ? "IPv6" : "IPv4";
            found.Add(SocketAdviceSeverity.Warning, locals[0], $"The local address is of {NameOf(families[0]!.Value)} only; clients that come by {other} cannot connect. From 2.7 on a second 'local' line can be added.");
        }
    }

    private static void ExamineRemotes(List<ConfigurationLine> lines, Role role, List<SocketAdvice> found)
    {
        AddressFamily forced = TransportProtocol.Parse(Last(lines, "proto")?[1] ?? "udp")?.Family ?? AddressFamily.Unspecified;
        AddressFamily? bound = FamilyOf(Last(lines, "local")?[1]);
        List<ConfigurationLine> remotes = lines.FindAll(line => line.Name == "remote");
        foreach (ConfigurationLine remote in remotes)
        {
            if (role == Role.Server)
            {
                found.Add(SocketAdviceSeverity.Error, remote, "A server has no remote: it listens.");
                continue;
            }

            ConfigurationLine? blockProto = lines.FindLast(line => line.Name == "proto" && line.ConnectionBlock == remote.ConnectionBlock && line.ConnectionBlock > 0);
            AddressFamily wanted = TransportProtocol.Parse(remote[3] ?? blockProto?[1] ?? "")?.Family ?? forced;
            AddressFamily? family = FamilyOf(remote[1]);
            if (wanted != AddressFamily.Unspecified && family is { } literal && literal != wanted)
                found.Add(SocketAdviceSeverity.Error, remote, $"{remote[1]} is an {NameOf(literal)} address and the protocol forces {NameOf(wanted)}: this can never match.");
            else if (bound is { } own && family is { } other && own != other)
                found.Add(SocketAdviceSeverity.Error, remote, $"The local address is of {NameOf(own)} and the remote of {NameOf(other)}: no packet can get from one to the other.");
            else if (bound is { } only && family is null && wanted == AddressFamily.Unspecified)
                found.Add(SocketAdviceSeverity.Warning, remote, $"The local address is of {NameOf(only)}, so only the {NameOf(only)} addresses of '{remote[1]}' can be used.");
            else if (role == Role.PointToPoint && family is null && wanted == AddressFamily.Unspecified)
                found.Add(SocketAdviceSeverity.Warning, remote, $"Both peers must use the same family, and '{remote[1]}' may stand for two: name an address, or force one with udp4 or udp6, on both sides.");
        }

        if (role == Role.Client && remotes.Count == 0)
            found.Add(new SocketAdvice(SocketAdviceSeverity.Error, 0, "A client needs a remote, for example 'remote vpn.example.net 1194'."));
    }

    private static void ExamineBinding(List<ConfigurationLine> lines, Role role, List<SocketAdvice> found)
    {
        ConfigurationLine? nobind = Last(lines, "nobind");
        ConfigurationLine? binding = lines.FindLast(line => line.Name is "bind" or "local" or "lport");
        if (nobind is not null && role == Role.Server)
            found.Add(SocketAdviceSeverity.Error, nobind, "A server must bind its address: remove nobind.");
        else if (nobind is not null && binding is not null)
            found.Add(SocketAdviceSeverity.Error, nobind, $"nobind and '{binding.Name}' (line {binding.Number}) cannot be used together.");
        else if (binding is { Name: not "local" } && role == Role.Client)
            found.Add(SocketAdviceSeverity.Advice, binding, "A client needs no port of its own: without this line it takes a free one, in the family by which it connects, and a second client can run beside it.");
    }
}
