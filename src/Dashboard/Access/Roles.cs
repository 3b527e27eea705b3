namespace Dashboard.Access;

/// <summary>What a person or a program may be. Each role may do what the one before it may.</summary>
internal static class Roles
{
    /// <summary>Sees everything, changes nothing.</summary>
    public const string Viewer = nameof(Viewer);

    /// <summary>Disconnects clients, signals and holds servers.</summary>
    public const string Operator = nameof(Operator);

    /// <summary>Everything, users and raw commands included.</summary>
    public const string Admin = nameof(Admin);

    public static IReadOnlyList<string> All { get; } = [Viewer, Operator, Admin];
}
