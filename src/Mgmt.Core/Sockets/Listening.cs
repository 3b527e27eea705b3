using System.Net.Sockets;

namespace Mgmt.Core.Sockets;

/// <param name="Sockets">Listening.</param>
/// <param name="Warnings">What may surprise.</param>
internal sealed record Listening(IReadOnlyList<Socket> Sockets, IReadOnlyList<string> Warnings);
