using System.Security.Claims;

using Dashboard.Fleet.Operations;

namespace Dashboard.Approvals;

/// <summary>
/// What a person can decide about who comes in. Authorises, acts, puts on record. Who waits stands in the live store
/// (<see cref="Live.ServerSnapshot.Waiting"/>).
/// </summary>
public interface IApprovals
{
    /// <summary>Lets a waiting client in, or keeps it out. The first decision counts.</summary>
    /// <param name="reason">For the daemon's log, and the client is told: one line of at most 200 bytes.</param>
    Task<OperationResult> DecideAsync(ClaimsPrincipal caller, Guid request, bool approve, string? reason, CancellationToken cancellationToken = default);

    /// <summary>Keeps a name out from now on, of a certificate or of a user, and ends the sessions that it has.</summary>
    /// <param name="server">Null for every server.</param>
    Task<OperationResult> BlockAsync(ClaimsPrincipal caller, string? server, BlockedName name, BlockTerm term, string? reason);

    /// <summary>Lifts a block.</summary>
    Task<OperationResult> LiftAsync(ClaimsPrincipal caller, Guid block);

    /// <summary>Every block that stands on a server that the caller may see, newest first.</summary>
    IReadOnlyList<Block> BlocksFor(ClaimsPrincipal caller);

    /// <summary>Changes that are in force and not in the database yet.</summary>
    int UnsavedBlocks { get; }

    /// <summary>Calls <paramref name="changed"/> after a change of the blocks, on any thread, until the result is disposed.</summary>
    IDisposable Subscribe(Action changed);
}
