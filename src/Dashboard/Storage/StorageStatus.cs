namespace Dashboard.Storage;

/// <summary>How we stand with the database.</summary>
public enum StorageCondition
{
    /// <summary>On its way: started, recovered or migrated for the first time.</summary>
    Starting,

    /// <summary>It answers and its schema is ours.</summary>
    Ready,

    /// <summary>It cannot be used now; attempts go on.</summary>
    Unavailable,
}

/// <summary>How we stand with the database, and since when.</summary>
/// <param name="Reason">Why it is not ready, for a person; empty when there is nothing to add.</param>
public sealed record StorageStatus(StorageCondition Condition, string Reason, DateTimeOffset Since)
{
    public bool IsReady => Condition is StorageCondition.Ready;
}
