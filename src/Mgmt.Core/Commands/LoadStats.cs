namespace Mgmt.Core.Commands;

/// <summary>Totals of a process since its start; they survive SIGUSR1 and SIGHUP.</summary>
/// <param name="Clients">Established clients.</param>
/// <param name="BytesIn">Bytes received.</param>
/// <param name="BytesOut">Bytes sent.</param>
public sealed record LoadStats(int Clients, ulong BytesIn, ulong BytesOut);
