using Dashboard.Access;

namespace Dashboard.Components.Administration;

/// <summary>What a form says somebody may do, and where; changed by <see cref="AccessFields"/> as the person chooses.</summary>
public sealed class AccessChoice
{
    public string Role { get; set; } = Roles.Viewer;

    /// <summary>Whether the limit below holds.</summary>
    public bool IsLimited { get; set; }

    public SortedSet<string> Servers { get; } = new(StringComparer.Ordinal);

    /// <summary>The limit as it is stored: none is all servers.</summary>
    public IReadOnlyList<string> Limit => IsLimited ? [.. Servers] : [];

    /// <summary>Why it cannot be saved; null when it can.</summary>
    public string? Problem => IsLimited && Servers.Count == 0 ? "Choose at least one server, or all of them." : null;

    public static AccessChoice From(string? role, IReadOnlyList<string> servers)
    {
        AccessChoice choice = new() { Role = role ?? Roles.Viewer, IsLimited = servers.Count > 0 };
        choice.Servers.UnionWith(servers);
        return choice;
    }
}
