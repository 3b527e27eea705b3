namespace Dashboard.Fleet;

/// <summary>The servers to look after: bound to the section <c>Dashboard</c> itself.</summary>
public sealed class FleetOptions
{
    public IList<ServerOptions> Servers { get; init; } = [];
}
