using System.Collections.Immutable;

using Dashboard.Components.Viewing;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Controls;

/// <summary>
/// The clients of a server, virtualised. They are put in order every few seconds, and not while the pointer is over them:
/// numbers change at once, but a row can be read, and none moves away under a click.
/// </summary>
public sealed partial class ClientTable
{
    /// <summary>For so long rows keep their places.</summary>
    internal static readonly TimeSpan OrderLasts = TimeSpan.FromSeconds(5);

    private readonly ClientOrder _order = new();
    private ImmutableArray<ClientSnapshot> _applied;
    private ClientQuery? _appliedQuery;
    private string _filter = "";
    private bool _held;
    private DateTimeOffset _orderedAt;

    [Inject] public required ViewerClock Clock { get; init; }

    [Parameter, EditorRequired] public ImmutableArray<ClientSnapshot> Clients { get; set; } = [];

    /// <inheritdoc cref="ServerSnapshot.ClientChanges"/>
    [Parameter] public long Changes { get; set; }

    [Parameter, EditorRequired] public required ClientQuery Query { get; set; }

    [Parameter] public EventCallback<ClientQuery> QueryChanged { get; set; }

    /// <summary>What is shown is the last known and no longer true.</summary>
    [Parameter] public bool Old { get; set; }

    /// <summary>Whether the person may disconnect clients at all.</summary>
    [Parameter] public bool CanDisconnect { get; set; }

    /// <summary>Why nobody can be disconnected now; null when it works.</summary>
    [Parameter] public string? WhyNot { get; set; }

    [Parameter] public EventCallback<ClientSnapshot> OnDisconnect { get; set; }

    private ClientSnapshot[] Shown => _order.Rows;

    private string CountText => Shown.Length == Clients.Length
        ? Quantity.Count(Clients.Length, "client")
        : $"{Quantity.Exact(Shown.Length)} of {Quantity.Count(Clients.Length, "client")}";

    protected override void OnParametersSet()
    {
        _filter = Query.Filter;
        if (Clients == _applied && Query == _appliedQuery)
            return;
        DateTimeOffset now = Clock.Now;
        if (Query == _appliedQuery && (_held || (now - _orderedAt).Duration() < OrderLasts))
        {
            _order.Keep(Query, Clients, Changes);
        }
        else
        {
            _order.Sort(Query, Clients, Changes);
            _orderedAt = now;
        }
        if (Shown.Length == 0)
            _held = false; // the list is gone, and with it the pointer over it
        _applied = Clients;
        _appliedQuery = Query;
    }

    private Task FilterAsync(string? text) => QueryChanged.InvokeAsync(Query with { Filter = _filter = text ?? "" });

    private Task ShowAllAsync() => QueryChanged.InvokeAsync(Query with { Filter = "" });
}
