namespace Dashboard.Access.External;

/// <summary>One entry of <c>Dashboard:Access:Grants</c>: what the members of a group may do who are known elsewhere.</summary>
internal sealed class GrantOptions
{
    /// <summary>Means everybody who can sign in there.</summary>
    public const string Everybody = "*";

    /// <summary>The group as the identity provider or the proxy names it, to the letter; or <see cref="Everybody"/>.</summary>
    public string? Group { get; set; }

    /// <summary>One of <see cref="Roles.All"/>.</summary>
    public string? Role { get; set; }

    /// <summary>The servers that it is limited to, by name; none: all of them.</summary>
    public List<string> Servers { get; set; } = [];
}
