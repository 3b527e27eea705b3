using System.Net;

namespace OpenVpn.Simulator.Clients;

/// <summary>
/// Somebody with an OpenVPN client: has a name and an address, and, while connected, a session at the daemon. Survives its
/// sessions: after a restart or a time-out it calls again.
/// </summary>
/// <param name="commonName">The certificate's name, of at most 64 bytes.</param>
/// <param name="address">Where it calls from.</param>
/// <param name="username">The user name it sends; null where it sends none.</param>
public sealed class SimulatedClient(string commonName, IPAddress address, string? username = null)
{
    /// <summary>The certificate's name.</summary>
    public string CommonName => commonName;

    /// <summary>Where it calls from.</summary>
    public IPAddress Address => address;

    /// <summary>The user name it sends.</summary>
    public string? Username => username;

    /// <summary>The port it calls from; null for another one each time.</summary>
    public int? Port { get; init; }

    /// <summary>What it tells about itself, <c>IV_</c> and <c>UV_</c> names with their values; strangers choose these.</summary>
    public IReadOnlyList<string> PeerInfo { get; init; } = ["IV_VER=2.6.14", "IV_PLAT=linux", "IV_PROTO=990", "IV_CIPHERS=AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305"];

    /// <summary>Whether it opens a TCP connection and never speaks, as a port scanner does: listed as <c>UNDEF</c> until it is given up.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Whether the tunnel is up.</summary>
    public bool IsConnected => Session is { IsEstablished: true };

    /// <summary>The client id of its session; null without one.</summary>
    public uint? ClientId => Session?.Cid;

    /// <summary>What it was told last (<c>RESTART</c>, <c>HALT,text</c>, the reason of a denial, a pending question).</summary>
    public string? Told { get; internal set; }

    /// <summary>Whether it calls again when its session ends.</summary>
    internal bool Wants { get; set; }

    internal ClientSession? Session { get; set; }
}
