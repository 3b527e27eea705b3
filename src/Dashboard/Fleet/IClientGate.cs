using System.Collections.Immutable;

using Dashboard.Fleet.Operations;
using Dashboard.Live;

using Mgmt.Core.Events;

namespace Dashboard.Fleet;

/// <summary>
/// Decides who may come in to one server, and whom to send away again. Called on that server's loop only, so it must
/// neither block nor throw.
/// </summary>
internal interface IClientGate
{
    /// <summary>Clients that wait for a person.</summary>
    ImmutableArray<WaitingClient> Waiting { get; }

    /// <summary>A management session began, or ended: requests made on another one cannot be answered any more.</summary>
    void Reset();

    /// <summary>Takes note of what happened; answers come with <see cref="WorkAsync"/>.</summary>
    void Take(ManagementEvent happened);

    /// <summary>Sends what is due. Has its turn before anything that can wait.</summary>
    Task WorkAsync(IServerTurn turn, CancellationToken cancellationToken);
}

/// <summary>Makes a gate for each server.</summary>
internal interface IClientGates
{
    IClientGate For(ServerOptions server);
}
