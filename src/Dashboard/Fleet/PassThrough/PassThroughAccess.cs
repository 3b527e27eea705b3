namespace Dashboard.Fleet.PassThrough;

/// <summary>What programs may do over a pass-through socket.</summary>
public enum PassThroughAccess
{
    /// <summary>Ask, and follow what happens.</summary>
    ReadOnly,

    /// <summary>Everything but what would break the dashboard's own session.</summary>
    Full,
}
