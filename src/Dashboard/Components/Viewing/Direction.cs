namespace Dashboard.Components.Viewing;

/// <summary>Which way traffic goes; each has one colour everywhere.</summary>
public enum Direction
{
    FromClients,
    ToClients,
}
