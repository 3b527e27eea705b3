using System.Globalization;
using System.Net;

namespace Mgmt.Core.Sockets;

/// <summary>The part of <see cref="SocketAdvisor"/> that is about the management interface.</summary>
internal static class ManagementAdvisor
{
    public static void Examine(List<ConfigurationLine> lines, List<SocketAdvice> found)
    {
        ConfigurationLine? management = lines.FindLast(line => line.Name == "management");
        ConfigurationLine? client = lines.Find(line => line.Name == "management-client");
        if (management is null)
        {
            foreach (ConfigurationLine orphan in lines.Where(line => line.Name.StartsWith("management-", StringComparison.Ordinal)))
                found.Add(SocketAdviceSeverity.Error, orphan, $"'{orphan.Name}' needs a 'management' line; OpenVPN does not start without it.");
            return;
        }

        if (management[1] is not { } address || management[2] is not { } port)
            found.Add(SocketAdviceSeverity.Error, management, "'management' needs an address and a port, or a path and the word unix: 'management /run/openvpn/server.sock unix'.");
        else if (port == "unix")
            ExamineUnix(lines, management, client is not null, found);
        else if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) || number == 0)
            found.Add(SocketAdviceSeverity.Error, management, "'management' needs a port from 1 to 65535, for example 'management 127.0.0.1 7505'.");
        else
            ExamineTcp(management, address, client is not null, found);
    }

    private static void ExamineUnix(List<ConfigurationLine> lines, ConfigurationLine management, bool dialsOut, List<SocketAdvice> found)
    {
        if (!dialsOut && management[3] is null && !lines.Exists(line => line.Name is "management-client-user" or "management-client-group"))
        {
            found.Add(
                SocketAdviceSeverity.Advice,
                management,
                "OpenVPN makes this socket open to every local user: keep it in a directory that only you can enter, or add management-client-user or a password file.");
        }
    }

    private static void ExamineTcp(ConfigurationLine management, string address, bool dialsOut, List<SocketAdvice> found)
    {
        if (dialsOut || address == "tunnel")
            return;
        bool isLocal = address == "localhost" || (IPAddress.TryParse(address, out IPAddress? literal) && IPAddress.IsLoopback(literal));
        bool hasPassword = management[3] is not null;
        if (!isLocal && !hasPassword)
            found.Add(SocketAdviceSeverity.Warning, management, $"Everybody who can reach {address} controls this OpenVPN: use 127.0.0.1, a unix socket, or at least a password file.");
        else if (!isLocal)
            found.Add(SocketAdviceSeverity.Warning, management, $"The management conversation with {address} is not encrypted, its password included: use 127.0.0.1 or a unix socket.");
        else if (!hasPassword)
            found.Add(SocketAdviceSeverity.Advice, management, "Every local user can control this OpenVPN: a unix socket in a protected directory keeps them out, a password file helps.");
        if (address == "localhost")
            found.Add(SocketAdviceSeverity.Advice, management, "OpenVPN listens on one address of 'localhost' only, and which one depends on the resolver: write 127.0.0.1 or ::1.");
    }
}
