namespace Dashboard.Access.External;

/// <summary>What became of the sign-in of somebody whom another system knows.</summary>
internal enum ExternalSignInOutcome
{
    Succeeded,

    /// <summary>None of their groups may do anything here.</summary>
    NoRole,

    /// <summary>Somebody else has the name here, or it is none that a user can have.</summary>
    NameRefused,

    /// <summary>An administrator has locked them.</summary>
    Locked,
}
