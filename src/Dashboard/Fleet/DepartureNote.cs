using Mgmt.Core;

namespace Dashboard.Fleet;

/// <summary>What a line of the daemon's log says about somebody's leaving.</summary>
internal abstract record DepartureNote
{
    private DepartureNote() { } // closed: every case is nested below

    /// <summary>A client instance ended. <paramref name="Client"/> is <c>NAME/ADDRESS</c>.</summary>
    public sealed record Ended(string Client, string Detail) : DepartureNote;

    /// <summary>The client itself said that it leaves; the server drops it five seconds later.</summary>
    public sealed record TookLeave(string Client) : DepartureNote;

    /// <summary>A new connection ends the former ones of its name.</summary>
    public sealed record Replaced(string CommonName) : DepartureNote;

    /// <summary>Somebody ended it over the management interface.</summary>
    public sealed record Killed(ClientId Client) : DepartureNote;

    /// <inheritdoc cref="Killed"/>
    public sealed record KilledByName(string CommonName) : DepartureNote;
}
