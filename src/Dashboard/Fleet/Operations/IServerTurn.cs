using Dashboard.Fleet.Questions;

using Mgmt.Core.Connection;

namespace Dashboard.Fleet.Operations;

/// <summary>
/// What an operation may touch while it has its turn on a server's loop: between two events, with nobody else sending.
/// Valid for that turn only.
/// </summary>
internal interface IServerTurn
{
    ServerOptions Options { get; }

    ManagementConnection Connection { get; }

    SessionTable Sessions { get; }

    /// <summary>Asks for a fresh list of clients and brings <see cref="Sessions"/> up to date.</summary>
    /// <returns>Whether everybody in it is known to be there: OpenVPN refuses the list while it starts or restarts.</returns>
    Task<bool> ReadStatusAsync(CancellationToken cancellationToken);

    /// <summary>What the daemon waits to be told.</summary>
    QuestionDesk Questions { get; }

    /// <summary>Somebody is about to leave: the list is read more often for a while.</summary>
    void ExpectDeparture();

    /// <summary>The hold flag is known to be this now.</summary>
    void NoteHoldFlag(bool on);

    /// <summary>The daemon logs so much now.</summary>
    void NoteVerb(int level);

    /// <summary>Whether the daemon waits for a release.</summary>
    bool IsHeld { get; }

    /// <summary>The daemon has said that it is through its start, or its last restart.</summary>
    bool IsThrough { get; }

    /// <summary>A client was not let in by us: OpenVPN's log has no line that says whom.</summary>
    /// <param name="how">By whom and why, in words.</param>
    void NoteRefused(string? client, string address, string how);

    /// <summary>A daemon that waited for a release was let go.</summary>
    void NoteReleased();
}
