using System.Buffers.Binary;
using System.Globalization;
using System.Net;

using Mgmt.Core.Sockets;

namespace Dashboard.Fleet;

/// <summary>Reads <c>/proc/net/tcp</c> and <c>/proc/net/tcp6</c>.</summary>
internal static class TcpTable
{
    private const string Established = "01";

    /// <summary>
    /// The inodes of the sockets at the client's end of connections that the daemon at <paramref name="endpoint"/> has
    /// accepted. Those that wait in line have no inode at the daemon's end.
    /// </summary>
    public static IEnumerable<long> PeersOf(ManagementEndpoint.Tcp endpoint, params string[] tables)
    {
        Row[] rows = [.. tables.SelectMany(Read).Where(row => row.Local.Address.Equals(row.Remote.Address) || IPAddress.IsLoopback(row.Remote.Address))];
        foreach (Row accepted in rows.Where(row => row.Local.Port == endpoint.Port && row.Inode != 0))
        {
            foreach (Row peer in rows.Where(row => row.Local.Equals(accepted.Remote) && row.Remote.Equals(accepted.Local) && row.Inode != 0))
                yield return peer.Inode;
        }
    }

    private static IEnumerable<Row> Read(string table)
    {
        foreach (string line in table.Split('\n').Skip(1))
        {
            // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == Established && long.TryParse(fields[9], NumberStyles.None, CultureInfo.InvariantCulture, out long inode))
                yield return new Row(EndPoint(fields[1]), EndPoint(fields[2]), inode);
        }
    }

    // 0100007F:1D51, each group of four bytes in the machine's own order
    private static IPEndPoint EndPoint(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        byte[] address = Convert.FromHexString(text[..colon]);
        if (BitConverter.IsLittleEndian)
        {
            for (int i = 0; i < address.Length; i += 4)
                BinaryPrimitives.WriteUInt32BigEndian(address.AsSpan(i), BinaryPrimitives.ReadUInt32LittleEndian(address.AsSpan(i)));
        }
        IPAddress ip = new(address);
        return new IPEndPoint(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip, int.Parse(text[(colon + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
    }

    private sealed record Row(IPEndPoint Local, IPEndPoint Remote, long Inode);
}
