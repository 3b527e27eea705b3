using System.Globalization;
using System.Text;

namespace Mgmt.Core.Benchmarks;

/// <summary>What daemons say.</summary>
internal static class Wire
{
    public static byte[] Greeting => ">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n"u8.ToArray();

    /// <summary><c>&gt;BYTECOUNT_CLI</c> lines of 1,000 clients: counters of a few digits, or of more than 4 GB.</summary>
    public static byte[] ByteCounts(int lines, bool large)
    {
        var text = new StringBuilder();
        for (int i = 0; i < lines; i++)
        {
            long received = large ? 4_294_967_296L * 3 + i : i % 1000;
            long sent = large ? 4_294_967_296L * 7 + 2L * i : i % 777;
            text.Append(CultureInfo.InvariantCulture, $">BYTECOUNT_CLI:{i % 1000},{received},{sent}\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>A <c>status 3</c> reply of OpenVPN 2.6 with dual-stack clients and their two routes each.</summary>
    public static byte[] Status(int clients)
    {
        var text = new StringBuilder();
        text.Append("TITLE\tOpenVPN 2.6.14 x86_64-pc-linux-gnu [SSL (OpenSSL)] [LZO] [LZ4] [EPOLL] [PKCS11] [MH/PKTINFO] [AEAD] [DCO]\r\n");
        text.Append("TIME\t2026-11-20 22:41:57\t1795214517\r\n");
        text.Append("HEADER\tCLIENT_LIST\tCommon Name\tReal Address\tVirtual Address\tVirtual IPv6 Address\tBytes Received\tBytes Sent\tConnected Since\tConnected Since (time_t)\tUsername\tClient ID\tPeer ID\tData Channel Cipher\r\n");
        for (int i = 0; i < clients; i++)
            text.Append(CultureInfo.InvariantCulture, $"CLIENT_LIST\tuser-{i:d5}.example\t{Real(i)}\t{Virtual(i)}\tfd00:80::{i + 0x1000:x}\t{i * 1234567L}\t{i * 7654321L}\t2026-11-20 22:41:57\t{1795214517 + i}\tUNDEF\t{i}\t{i}\tAES-256-GCM\r\n");
        text.Append("HEADER\tROUTING_TABLE\tVirtual Address\tCommon Name\tReal Address\tLast Ref\tLast Ref (time_t)\r\n");
        for (int i = 0; i < clients; i++)
            text.Append(CultureInfo.InvariantCulture, $"ROUTING_TABLE\t{Virtual(i)}\tuser-{i:d5}.example\t{Real(i)}\t2026-11-20 22:41:57\t1795214517\r\n");
        for (int i = 0; i < clients; i++)
            text.Append(CultureInfo.InvariantCulture, $"ROUTING_TABLE\tfd00:80::{i + 0x1000:x}\tuser-{i:d5}.example\t{Real(i)}\t2026-11-20 22:41:57\t1795214517\r\n");
        text.Append("GLOBAL_STATS\tMax bcast/mcast queue length\t0\r\nGLOBAL_STATS\tdco_enabled\t0\r\nEND\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static string Real(int i) => string.Create(CultureInfo.InvariantCulture, $"198.51.{i / 250}.{i % 250 + 1}:{20000 + i}");

    private static string Virtual(int i) => string.Create(CultureInfo.InvariantCulture, $"10.80.{i / 250}.{i % 250 + 2}");
}
