namespace Dashboard.Access.Schema;

/// <summary>An API token that an administrator has made. Deleting the row revokes it.</summary>
internal sealed class ApiTokenRow
{
    public Guid Id { get; set; }
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of the secret, which has 256 random bits.</summary>
    public byte[] Hash { get; set; } = [];
    public string Role { get; set; } = "";

    /// <summary>The servers that it is limited to, by name; none: all of them.</summary>
    public List<string> Servers { get; set; } = [];
    public string CreatedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>To the minute; null when it was never used.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
}
