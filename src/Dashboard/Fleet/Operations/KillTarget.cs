using System.Net.Sockets;
using System.Text;

using Mgmt.Core.Status;

namespace Dashboard.Fleet.Operations;

/// <summary>By what <c>kill</c> can mean one session and no other.</summary>
/// <param name="Address">Its address in the form that its release wants; null where it has none that OpenVPN would find.</param>
/// <param name="Name">Its common name; null where another session has the same, or OpenVPN would not take it for a name.</param>
internal sealed record KillTarget(string? Address, string? Name)
{
    private const int MaxNameBytes = 127;

    public bool CanBeMeant => Address is not null || Name is not null;

    public static KillTarget Of(TrackedSession session, SessionTable sessions)
    {
        string name = session.Identity.CommonName;
        bool isItsOwn = name is not ("" or StatusClient.Undefined)
            && !name.Contains(':', StringComparison.Ordinal)
            && Encoding.UTF8.GetByteCount(name) <= MaxNameBytes
            && sessions.All.Count(other => other.Identity.CommonName == name) == 1;
        return new KillTarget(AddressOf(new RealAddress(session.RealAddress)), isItsOwn ? name : null);
    }

    // 198.51.100.11:39142 to 2.6; udp4:198.51.100.11:34578, tcp4-server:… from 2.7, whose kill wants udp or tcp
    private static string? AddressOf(RealAddress real) =>
        real.EndPoint is not { AddressFamily: AddressFamily.InterNetwork } address ? null
        : real.Protocol is { } protocol ? $"{protocol[..3]}:{address}"
        : address.ToString();
}
