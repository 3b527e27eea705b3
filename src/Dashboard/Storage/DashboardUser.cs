using Microsoft.AspNetCore.Identity;

namespace Dashboard.Storage;

/// <summary>A person who may sign in.</summary>
public sealed class DashboardUser : IdentityUser<Guid>
{
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The servers that the person is limited to, by name; none: all of them.</summary>
    public List<string> Servers { get; set; } = [];

    /// <summary>The SHA-256 of the token of a link with which the person may choose a password; null when there is none.</summary>
    public byte[]? LinkHash { get; set; }

    public DateTimeOffset? LinkExpires { get; set; }

    /// <summary>The key of the person's authenticator app, encrypted with the dashboard's own keys; null when there is none.</summary>
    public string? TotpKey { get; set; }

    /// <summary>The time step of the last code that was taken: it and those before it are used up.</summary>
    public long LastTotpStep { get; set; }
}
