namespace Dashboard.Access.Proxies;

/// <summary>Section <c>Dashboard:Access:ProxySignIn</c>: a proxy in front of us has people sign in, and says in headers who they are.</summary>
internal sealed class ProxySignInOptions
{
    /// <summary>The header with the user name; null: nobody signs in this way.</summary>
    public string? UserHeader { get; set; }

    /// <summary>The header with the groups, separated by commas; null when there is none.</summary>
    public string? GroupsHeader { get; set; }

    /// <summary>The addresses and networks that the proxy connects from. Nobody else's headers are believed.</summary>
    public List<string> Addresses { get; set; } = [];
}
