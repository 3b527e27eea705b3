using System.Collections.Immutable;

using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

using Mgmt.Core.Events;

namespace Scale;

/// <summary>Nobody is asked about.</summary>
internal sealed class OpenGates : IClientGates
{
    public IClientGate For(ServerOptions server) => new OpenGate();

    private sealed class OpenGate : IClientGate
    {
        public ImmutableArray<WaitingClient> Waiting => [];

        public void Reset()
        {
        }

        public void Take(ManagementEvent happened)
        {
        }

        public Task WorkAsync(IServerTurn turn, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
