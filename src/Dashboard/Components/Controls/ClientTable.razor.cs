using System.Collections.Immutable;

using Dashboard.Components.Viewing;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Controls;

/// <summary>
/// The clients of a server, virtualised. While the pointer is over the rows they keep their places: numbers change, but
/// no row moves away under a click.
/// </summary>
public sealed partial class ClientTable
{
    private ClientSnapshot[] _shown = [];
    private ImmutableArray<ClientSnapshot> _applied;
    private ClientQuery? _appliedQuery;
    private string _filter = "";
    private bool _held;

    [Parameter, EditorRequired] public ImmutableArray<ClientSnapshot> Clients { get; set; } = [];

    [Parameter, EditorRequired] public required ClientQuery Query { get; set; }

    [Parameter] public EventCallback<ClientQuery> QueryChanged { get; set; }

    /// <summary>What is shown is the last known and no longer true.</summary>
    [Parameter] public bool Old { get; set; }

    /// <summary>Whether the person may disconnect clients at all.</summary>
    [Parameter] public bool CanDisconnect { get; set; }

    /// <summary>Why nobody can be disconnected now; null when it works.</summary>
    [Parameter] public string? WhyNot { get; set; }

    [Parameter] public EventCallback<ClientSnapshot> OnDisconnect { get; set; }

    private string CountText => _shown.Length == Clients.Length
        ? Quantity.Count(Clients.Length, "client")
        : $"{Quantity.Exact(_shown.Length)} of {Quantity.Count(Clients.Length, "client")}";

    protected override void OnParametersSet()
    {
        _filter = Query.Filter;
        if (Clients == _applied && Query == _appliedQuery)
            return;
        _shown = _held && Query == _appliedQuery ? KeepPlaces(_shown, Query.Apply(Clients)) : Query.Apply(Clients);
        if (_shown.Length == 0)
            _held = false; // the list is gone, and with it the pointer over it
        _applied = Clients;
        _appliedQuery = Query;
    }

    /// <summary>The new rows in the order of the old ones; who is new comes last.</summary>
    internal static ClientSnapshot[] KeepPlaces(ClientSnapshot[] before, ClientSnapshot[] now)
    {
        Dictionary<SessionId, int> places = new(before.Length);
        for (int i = 0; i < before.Length; i++)
            places[before[i].Session] = i;
        return [.. now.OrderBy(client => places.GetValueOrDefault(client.Session, int.MaxValue))];
    }

    private Task FilterAsync(string? text) => QueryChanged.InvokeAsync(Query with { Filter = _filter = text ?? "" });

    private Task ShowAllAsync() => QueryChanged.InvokeAsync(Query with { Filter = "" });
}
