namespace Dashboard.Access;

/// <summary>The server that something is to be done to, as the resource of an authorisation.</summary>
internal sealed record ServerTarget(string Name);
