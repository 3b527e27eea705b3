namespace Dashboard.Access;

/// <summary>The one set of authorisation policies that pages, endpoints and hubs name.</summary>
internal static class Policies
{
    /// <summary>Any role. Also the fallback: what names no policy needs this one.</summary>
    public const string View = nameof(View);

    /// <summary>Operator or Admin.</summary>
    public const string Operate = nameof(Operate);

    /// <summary>Admin.</summary>
    public const string Administer = nameof(Administer);

    /// <summary>Besides one of the others: the person proved to be themselves a short while ago. For what cannot be undone.</summary>
    public const string Proven = nameof(Proven);
}
