namespace Mgmt.Core.Status;

/// <summary>The format of a status reply.</summary>
public enum StatusVersion
{
    /// <summary>Whatever <c>status-version</c> says in the daemon's configuration; one if it says nothing.</summary>
    Default,

    /// <summary>The oldest: no CID, no user name, local time only. The only one that a very long user name cannot cut off.</summary>
    One,

    /// <summary>All columns, separated by commas, which names may contain.</summary>
    Two,

    /// <summary>All columns, separated by tabs, which cannot occur in them.</summary>
    Three,
}
