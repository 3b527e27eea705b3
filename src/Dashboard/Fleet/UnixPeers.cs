using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Dashboard.Fleet;

/// <summary>
/// Asks the kernel (NETLINK_SOCK_DIAG, as <c>ss</c> does) who is connected to a unix socket: <c>/proc/net/unix</c> does not
/// tell which two ends belong together.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class UnixPeers
{
    private const int AddressFamilyNetlink = 16;
    private const int SocketTypeRaw = 3;
    private const int ProtocolSockDiag = 4;
    private const int HeaderLength = 16;       // struct nlmsghdr
    private const int MessageLength = 16;      // struct unix_diag_msg
    private const ushort SockDiagByFamily = 20;
    private const ushort Done = 3;
    private const ushort Error = 2;
    private const ushort AttributeName = 0;    // UNIX_DIAG_NAME
    private const ushort AttributePeer = 2;    // UNIX_DIAG_PEER
    private const byte Established = 1;

    /// <summary>The inodes at the client's end of the connections that were accepted at this path.</summary>
    public static IEnumerable<long> Of(string path) => Dump().Where(socket => socket.Path == path && socket is { State: Established, Inode: not 0, Peer: not 0 }).Select(socket => (long)socket.Peer);

    private static List<Entry> Dump()
    {
        int descriptor = OpenSocket(AddressFamilyNetlink, SocketTypeRaw, ProtocolSockDiag);
        if (descriptor < 0)
            throw new SocketException();
        using Socket netlink = new(new SafeSocketHandle(descriptor, ownsHandle: true)) { ReceiveTimeout = 1000 };
        netlink.Send(Request());
        List<Entry> found = [];
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            int length = netlink.Receive(buffer);
            for (int at = 0; at + HeaderLength <= length;)
            {
                int size = BitConverter.ToInt32(buffer, at);
                ushort type = BitConverter.ToUInt16(buffer, at + 4);
                if (type is Done or Error || size < HeaderLength || at + size > length)
                    return found;
                if (size >= HeaderLength + MessageLength)
                    found.Add(Read(buffer.AsSpan(at + HeaderLength, size - HeaderLength)));
                at += Align(size);
            }
            if (length == 0)
                return found;
        }
    }

    // struct nlmsghdr, then struct unix_diag_req: all sockets in any state, with name and peer
    private static byte[] Request()
    {
        byte[] request = new byte[HeaderLength + 24];
        BitConverter.TryWriteBytes(request.AsSpan(0), request.Length);
        BitConverter.TryWriteBytes(request.AsSpan(4), SockDiagByFamily);
        BitConverter.TryWriteBytes(request.AsSpan(6), (ushort)0x301); // NLM_F_REQUEST | NLM_F_DUMP
        request[HeaderLength] = (byte)1;                              // AF_UNIX
        BitConverter.TryWriteBytes(request.AsSpan(HeaderLength + 4), uint.MaxValue);
        BitConverter.TryWriteBytes(request.AsSpan(HeaderLength + 12), 0x1 | 0x4); // UDIAG_SHOW_NAME | UDIAG_SHOW_PEER
        return request;
    }

    // family, type, state, padding, inode, two words of a cookie; then the attributes
    private static Entry Read(ReadOnlySpan<byte> message)
    {
        Entry entry = new(message[2], BitConverter.ToUInt32(message[4..]), "", 0);
        for (ReadOnlySpan<byte> rest = message[MessageLength..]; rest.Length >= 4;)
        {
            int length = BitConverter.ToUInt16(rest);
            if (length < 4 || length > rest.Length)
                break;
            ReadOnlySpan<byte> value = rest[4..length];
            entry = BitConverter.ToUInt16(rest[2..]) switch
            {
                AttributeName => entry with { Path = Encoding.UTF8.GetString(value.TrimEnd((byte)0)) },
                AttributePeer when value.Length >= 4 => entry with { Peer = BitConverter.ToUInt32(value) },
                _ => entry,
            };
            rest = rest[Math.Min(Align(length), rest.Length)..];
        }
        return entry;
    }

    private static int Align(int length) => (length + 3) & ~3;

    [DllImport("libc", EntryPoint = "socket", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenSocket(int family, int type, int protocol);

    private sealed record Entry(byte State, uint Inode, string Path, uint Peer);
}
