using OpenVpn.Simulator.Management;

namespace OpenVpn.Simulator.Commands;

/// <summary>One command of the management interface.</summary>
/// <param name="Needed">How many parameters it cannot do without.</param>
/// <param name="IsLeast">Whether more have a meaning: only the words of the refusal depend on it.</param>
/// <param name="NeedsTunnel">Refused while the server is held or starting.</param>
internal sealed record Command(int Needed, bool IsLeast, bool NeedsTunnel, Action<ManagementSession, string[]> Run);
