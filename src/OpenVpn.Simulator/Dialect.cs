using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OpenVpn.Simulator;

/// <summary>What is worded differently from release to release.</summary>
internal sealed class Dialect(DaemonOptions options)
{
    public bool Is27 { get; } = options.Release is OpenVpnRelease.V27;

    public bool Dco { get; } = options.Dco;

    public string Title => Is27
        ? "OpenVPN 2.7.6 x86_64-pc-linux-gnu [SSL (OpenSSL)] [LZ4] [EPOLL] [MH/PKTINFO] [AEAD] [DCO]"
        : "OpenVPN 2.6.14 x86_64-pc-linux-gnu [SSL (OpenSSL)] [LZO] [LZ4] [EPOLL] [PKCS11] [MH/PKTINFO] [AEAD] [DCO]";

    public int ManagementVersion => Is27 ? 6 : 5;

    public string UnknownCommand(string name) =>
        Is27 ? $"ERROR: unknown command [{name}], enter 'help' for more options" : "ERROR: unknown command, enter 'help' for more options";

    /// <summary>A client's address as <c>status</c> shows it: to 2.6 IPv6 has no port, from 2.7 the socket's protocol leads.</summary>
    public string RealAddress(IPAddress address, int port)
    {
        string text = address.ToString();
        bool isV6 = address.AddressFamily is AddressFamily.InterNetworkV6;
        string at = (isV6 ? $"[{text}]:" : text + ":") + port.ToString(CultureInfo.InvariantCulture);
        if (!Is27)
            return isV6 ? text : at;
        return $"{(options.Tcp ? "tcp" : "udp")}{(options.DualStack || isV6 ? '6' : '4')}{(options.Tcp ? "-server" : "")}:{at}";
    }

}
