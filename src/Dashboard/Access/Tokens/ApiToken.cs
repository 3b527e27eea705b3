namespace Dashboard.Access.Tokens;

/// <summary>A program that may use the API.</summary>
/// <param name="Role">One of <see cref="Roles.All"/>.</param>
/// <param name="Servers">The servers that it is limited to; none: all of them.</param>
internal sealed record ApiToken(string Name, string Role, IReadOnlyList<string> Servers);
