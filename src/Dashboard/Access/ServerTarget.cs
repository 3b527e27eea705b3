namespace Dashboard.Access;

/// <summary>The server that something is to be done to, as the resource of an authorisation.</summary>
/// <param name="Name">Null for all of them.</param>
internal sealed record ServerTarget(string? Name);
