namespace Dashboard.Fleet;

/// <summary>The servers to look after: bound to the section <c>Dashboard</c> itself.</summary>
public sealed class FleetOptions
{
    /// <summary>Those that we dial.</summary>
    public IList<ServerOptions> Servers { get; init; } = [];

    /// <summary>Those that dial us (<c>management-client</c>): one address for each, by which it is known.</summary>
    public IList<ListenerOptions> Listeners { get; init; } = [];

    /// <summary>All of them.</summary>
    public IEnumerable<ServerOptions> Everyone() => [.. Servers, .. Listeners];
}
