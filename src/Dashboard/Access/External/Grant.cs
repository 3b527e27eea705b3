namespace Dashboard.Access.External;

/// <summary>What somebody may do, by the groups that they are in.</summary>
/// <param name="Role">One of <see cref="Roles.All"/>.</param>
/// <param name="Servers">The servers that it is limited to; none: all of them.</param>
internal sealed record Grant(string Role, IReadOnlyList<string> Servers)
{
    /// <summary>
    /// The highest role that any of the groups has, on the servers of the groups that have it. A lower role on more
    /// servers adds nothing: a person has one role, and it must not reach where nobody gave it.
    /// </summary>
    /// <returns>Null when none of the groups may do anything.</returns>
    public static Grant? Of(IEnumerable<GrantOptions> grants, IReadOnlyCollection<string> groups)
    {
        GrantOptions[] held = [.. grants.Where(grant => grant.Group is GrantOptions.Everybody || groups.Contains(grant.Group, StringComparer.Ordinal))];
        if (Roles.All.LastOrDefault(role => held.Any(grant => grant.Role == role)) is not { } highest)
            return null;
        GrantOptions[] deciding = [.. held.Where(grant => grant.Role == highest)];
        return new Grant(
            highest,
            deciding.Any(static grant => grant.Servers.Count == 0) ? [] : [.. deciding.SelectMany(static grant => grant.Servers).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }
}
