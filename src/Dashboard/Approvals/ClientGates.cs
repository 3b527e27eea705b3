using System.Collections.Concurrent;

using Dashboard.Access.Audit;
using Dashboard.Fleet;

namespace Dashboard.Approvals;

/// <summary>The gates of all servers.</summary>
internal sealed class ClientGates(BlockList blocks, KnownNames known, IAuditTrail audit, TimeProvider time) : IClientGates
{
    private readonly ConcurrentDictionary<string, ServerGate> _gates = new(StringComparer.Ordinal);

    public IClientGate For(ServerOptions server) => _gates.GetOrAdd(server.Name, _ => new ServerGate(server, blocks, known, audit, time));

    public ServerGate? Find(string server) => _gates.GetValueOrDefault(server);

    /// <summary>What became of a request that waits nowhere.</summary>
    public string WhyOver(Guid request) =>
        _gates.Values.Select(gate => gate.FindDecision(request)).FirstOrDefault(decision => decision is not null).WhyOver();
}
