namespace Dashboard.Access;

/// <summary>A program that may use the API.</summary>
/// <param name="Role">One of <see cref="Roles.All"/>.</param>
internal sealed record ApiToken(string Name, string Role);
