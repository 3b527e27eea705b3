using System.Collections.Immutable;

using Dashboard.Live;

namespace Dashboard.Components.Controls;

/// <summary>
/// The clients that a table shows, in the order that they were last put in. Twice a second 5,000 of them change their
/// numbers and hardly any comes or goes, so that the places of the last time serve again and no client is looked at.
/// </summary>
internal sealed class ClientOrder
{
    /// <summary>For each row the place of its client among those that match.</summary>
    private int[] _places = [];

    private (long Changes, int Count) _among;

    public ClientSnapshot[] Rows { get; private set; } = [];

    /// <summary>Puts the clients that match in order.</summary>
    /// <param name="changes"><see cref="ServerSnapshot.ClientChanges"/> of these clients.</param>
    public void Sort(ClientQuery query, ImmutableArray<ClientSnapshot> clients, long changes)
    {
        ClientSnapshot[] rows = query.Matching(clients);
        int[] places = [.. Enumerable.Range(0, rows.Length)];
        Array.Sort(rows, places, query.Order);
        (Rows, _places, _among) = (rows, places, (changes, rows.Length));
    }

    /// <summary>The clients that match now, in the order of the rows there were; who is new comes last.</summary>
    /// <param name="changes"><see cref="ServerSnapshot.ClientChanges"/> of these clients.</param>
    public void Keep(ClientQuery query, ImmutableArray<ClientSnapshot> clients, long changes)
    {
        ClientSnapshot[] matching = query.Matching(clients);
        if (_among != (changes, matching.Length))
            _places = LookUp(matching);
        _among = (changes, matching.Length);
        Rows = [.. _places.Select(place => matching[place])];
    }

    private int[] LookUp(ClientSnapshot[] matching)
    {
        Dictionary<SessionId, int> rows = new(Rows.Length);
        for (int row = 0; row < Rows.Length; row++)
            rows[Rows[row].Session] = row;
        return [.. Enumerable.Range(0, matching.Length).OrderBy(place => rows.GetValueOrDefault(matching[place].Session, int.MaxValue))];
    }
}
