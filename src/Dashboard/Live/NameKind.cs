namespace Dashboard.Live;

/// <summary>Whose name a text is. A certificate and a user can have the same name and be different people.</summary>
public enum NameKind
{
    /// <summary>A certificate's or a user's, whichever it is.</summary>
    Either,

    /// <summary>The common name on the client's certificate.</summary>
    Certificate,

    /// <summary>The name with which a user signed in.</summary>
    User,
}
