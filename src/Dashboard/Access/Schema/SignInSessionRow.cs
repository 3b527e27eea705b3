namespace Dashboard.Access.Schema;

/// <summary>A browser in which somebody is signed in. Deleting the row ends the session.</summary>
internal sealed class SignInSessionRow
{
    public Guid Id { get; set; }
    public Guid UserId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset LastSeenAt { get; set; }
    public string? Address { get; set; }

    /// <summary>What the browser calls itself: hostile text, shortened.</summary>
    public string UserAgent { get; set; } = "";

    /// <summary>How the person proved who they are, in words: "password", "password and code", "passkey".</summary>
    public string Method { get; set; } = "";
}
