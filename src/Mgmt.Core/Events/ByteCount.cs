using System.Runtime.InteropServices;

namespace Mgmt.Core.Events;

/// <summary>
/// The totals of one client's session, as the server counts them. Cumulative: a later one replaces an earlier one. OpenVPN counts in 64 bits without
/// a sign, and this is what it said, plausible or not.
/// </summary>
/// <param name="Client">The client instance.</param>
/// <param name="Received">Bytes that the server received from the client.</param>
/// <param name="Sent">Bytes that the server sent to the client.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ByteCount(ClientId Client, ulong Received, ulong Sent);
