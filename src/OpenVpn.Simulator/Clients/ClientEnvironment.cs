using System.Globalization;
using System.Net.Sockets;

namespace OpenVpn.Simulator.Clients;

/// <summary>The environment of a <c>&gt;CLIENT</c> block, in the daemon's order, cut as <c>env-filter</c> says.</summary>
internal static class ClientEnvironment
{
    // What env-filter 1 leaves; 2 without X509_, 3 nothing of it.
    private static readonly string[] s_kept =
    [
        "username=", "password=", "X509_0_CN=", "tls_serial_", "untrusted_ip=", "ifconfig_local=", "ifconfig_netmask=", "daemon_start_time=",
        "daemon_pid=", "dev=", "ifconfig_pool_remote_ip=", "ifconfig_pool_netmask=", "time_duration=", "bytes_sent=", "bytes_received=",
    ];

    public static IEnumerable<string> Lines(IEnumerable<string> environment, IReadOnlyList<string> peerInfo, int filter) =>
        filter == 0 ? environment : peerInfo.Concat(environment.Where(line => Passes(line, filter)));

    /// <summary>Before the tunnel is up (<c>CONNECT</c>, <c>REAUTH</c>).</summary>
    public static IEnumerable<string> Asking(ClientSession session, int clients, DaemonOptions options, DateTimeOffset start) =>
        [$"n_clients={clients}", "password=" + (session.Client.Username is null ? "" : "secret"), .. Untrusted(session), Name(session), .. Constant(session, options, start)];

    public static IEnumerable<string> Established(ClientSession session, int clients, DaemonOptions options, DateTimeOffset start) =>
        [$"n_clients={clients}", .. Pool(session), .. Trusted(session), Name(session), .. Untrusted(session), .. Constant(session, options, start)];

    public static IEnumerable<string> Gone(ClientSession session, DaemonOptions options, DateTimeOffset now, DateTimeOffset start) =>
    [
        Line($"time_duration={(long)(now - session.Since).TotalSeconds}"), Line($"bytes_sent={session.Sent}"), Line($"bytes_received={session.Received}"),
        .. Trusted(session), .. Pool(session), Name(session), .. Untrusted(session), .. Constant(session, options, start),
    ];

    private static IEnumerable<string> Pool(ClientSession session) =>
    [
        Line($"time_unix={session.Since.ToUnixTimeSeconds()}"),
        "ifconfig_pool_ip6_netbits=64", "ifconfig_pool_local_ip6=fd00:80::1", "ifconfig_pool_remote_ip6=" + session.VirtualAddress6,
        "ifconfig_pool_netmask=255.255.0.0", "ifconfig_pool_remote_ip=" + session.VirtualAddress,
    ];

    private static IEnumerable<string> Trusted(ClientSession session) => [Line($"trusted_port={session.Port}"), Address("trusted", session)];

    private static IEnumerable<string> Untrusted(ClientSession session) => [Line($"untrusted_port={session.Port}"), Address("untrusted", session)];

    private static string Name(ClientSession session) => "common_name=" + session.Client.CommonName;

    private static string Address(string prefix, ClientSession session) =>
        $"{prefix}_ip{(session.Client.Address.AddressFamily is AddressFamily.InterNetworkV6 ? "6" : "")}={session.Client.Address}";

    private static IEnumerable<string> Constant(ClientSession session, DaemonOptions options, DateTimeOffset start)
    {
        if (session.Client.Username is not null || options.ClientAuth)
            yield return "username=" + session.Client.Username;
        foreach (string line in session.Client.PeerInfo)
            yield return line;
        foreach (string line in (string[])
            [
                "tls_serial_0=" + Serial(session.Client.CommonName), "tls_id_0=CN=" + session.Client.CommonName, "X509_0_CN=" + session.Client.CommonName,
                "tls_id_1=CN=Simulated CA", "X509_1_CN=Simulated CA", "remote_port_1=1194", "local_port_1=1194", "proto_1=" + (options.Tcp ? "tcp-server" : "udp"),
                Line($"daemon_pid={options.ProcessId}"), Line($"daemon_start_time={start.ToUnixTimeSeconds()}"), "daemon_log_redirect=0", "daemon=0",
                Line($"verb={options.Verb}"), "config=simulated.conf", "ifconfig_local=10.80.0.1", "ifconfig_netmask=255.255.0.0",
                "ifconfig_ipv6_local=fd00:80::1", "ifconfig_ipv6_netbits=64", "script_context=init", "tun_mtu=1500", "dev=tun0", "dev_type=tun", "redirect_gateway=0",
            ])
            yield return line;
    }

    private static bool Passes(string line, int filter) =>
        filter == 1 && line.StartsWith("X509_", StringComparison.Ordinal)
        || filter <= 2 && Array.Exists(s_kept, kept => line.StartsWith(kept, StringComparison.Ordinal));

    // The same name has the same certificate in every run; string.GetHashCode would not do.
    private static uint Serial(string name) => name.Aggregate(2166136261u, static (hash, c) => (hash ^ c) * 16777619u);

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
