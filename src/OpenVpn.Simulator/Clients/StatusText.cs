using System.Globalization;
using System.Text;

namespace OpenVpn.Simulator.Clients;

/// <summary>The reply to <c>status</c>, without its <c>END</c>.</summary>
internal static class StatusText
{
    /// <summary>A longer row is dropped, and with it the rest of the reply, <c>END</c> included.</summary>
    private const int MaxRow = 511;

    /// <param name="version">1, 2 (commas) or 3 (tabs).</param>
    /// <param name="sessions">In the order of their hash.</param>
    /// <returns>The lines, and whether they are all.</returns>
    public static (List<string> Lines, bool IsComplete) Of(int version, IEnumerable<ClientSession> sessions, Dialect dialect, DateTimeOffset now, TimeZoneInfo zone)
    {
        IReadOnlyList<ClientSession> all = [.. sessions];
        IEnumerable<string> rows = version == 1 ? Plain(all, dialect, now, zone) : Tables(all, dialect, now, zone).Select(fields => string.Join(version == 2 ? ',' : '\t', fields));
        List<string> lines = [];
        foreach (string row in rows)
        {
            if (Encoding.UTF8.GetByteCount(row) > MaxRow)
                return (lines, false);
            lines.Add(row);
        }
        lines.Add("END");
        return (lines, true);
    }

    private static IEnumerable<string> Plain(IReadOnlyList<ClientSession> sessions, Dialect dialect, DateTimeOffset now, TimeZoneInfo zone)
    {
        yield return "OpenVPN CLIENT LIST";
        yield return "Updated," + Local(now, zone);
        yield return "Common Name,Real Address,Bytes Received,Bytes Sent,Connected Since";
        foreach (ClientSession session in sessions)
            yield return string.Create(CultureInfo.InvariantCulture, $"{session.Client.CommonName},{Real(session, dialect)},{session.Received},{session.Sent},{Local(session.Since, zone)}");
        yield return "ROUTING TABLE";
        yield return "Virtual Address,Common Name,Real Address,Last Ref";
        foreach (ClientSession session in sessions.Where(session => session.IsEstablished))
        {
            yield return $"{session.VirtualAddress},{session.Client.CommonName},{Real(session, dialect)},{Local(session.LastPacket, zone)}";
            yield return $"{session.VirtualAddress6},{session.Client.CommonName},{Real(session, dialect)},{Local(session.LastPacket, zone)}";
        }
        yield return "GLOBAL STATS";
        yield return "Max bcast/mcast queue length,0";
    }

    private static IEnumerable<string[]> Tables(IReadOnlyList<ClientSession> sessions, Dialect dialect, DateTimeOffset now, TimeZoneInfo zone)
    {
        yield return ["TITLE", dialect.Title];
        yield return ["TIME", Local(now, zone), Number(now.ToUnixTimeSeconds())];
        yield return
        [
            "HEADER", "CLIENT_LIST", "Common Name", "Real Address", "Virtual Address", "Virtual IPv6 Address", "Bytes Received", "Bytes Sent",
            "Connected Since", "Connected Since (time_t)", "Username", "Client ID", "Peer ID", "Data Channel Cipher",
        ];
        foreach (ClientSession session in sessions)
        {
            yield return
            [
                "CLIENT_LIST", session.Client.CommonName, Real(session, dialect), session.VirtualAddress, session.VirtualAddress6, Number(session.Received), Number(session.Sent),
                Local(session.Since, zone), Number(session.Since.ToUnixTimeSeconds()), session.Client.Username ?? "UNDEF", Number(session.Cid), Number(session.Cid),
                session.IsEstablished ? "AES-256-GCM" : "BF-CBC",
            ];
        }
        yield return ["HEADER", "ROUTING_TABLE", "Virtual Address", "Common Name", "Real Address", "Last Ref", "Last Ref (time_t)"];
        foreach (ClientSession session in sessions.Where(session => session.IsEstablished))
        {
            foreach (string address in (string[])[session.VirtualAddress, session.VirtualAddress6])
                yield return ["ROUTING_TABLE", address, session.Client.CommonName, Real(session, dialect), Local(session.LastPacket, zone), Number(session.LastPacket.ToUnixTimeSeconds())];
        }
        yield return ["GLOBAL_STATS", "Max bcast/mcast queue length", "0"];
        yield return ["GLOBAL_STATS", "dco_enabled", dialect.Dco ? "1" : "0"];
    }

    private static string Real(ClientSession session, Dialect dialect) => dialect.RealAddress(session.Client.Address, session.Port);

    private static string Local(DateTimeOffset time, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
