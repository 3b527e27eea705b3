using System.Globalization;
using System.Text.Json.Serialization;

using Dashboard.Live;

namespace Dashboard.Approvals;

/// <summary>A name that is kept out. Immutable: lifting makes a new one with the same id.</summary>
/// <param name="Server">Where; null for every server.</param>
/// <param name="CommonName">Who: the name on the certificate, or the name of a user; <see cref="Kind"/> tells which.</param>
/// <param name="Until">When it ends by itself; null for a block that stands until somebody lifts it.</param>
public sealed record Block(Guid Id, string? Server, string CommonName, string? Reason, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? Until)
{
    /// <summary>Whose name it is; <see cref="NameKind.Either"/> where nobody said.</summary>
    public NameKind Kind { get; init; }

    [JsonIgnore]
    public BlockedName Name => new(Kind, CommonName);

    public DateTimeOffset? LiftedAt { get; init; }
    public string? LiftedBy { get; init; }

    public bool IsActive(DateTimeOffset now) => LiftedAt is null && (Until is not { } until || until > now);

    /// <param name="server">Null asks whether it covers every server.</param>
    public bool Covers(string? server) => Server is null || Server == server;

    /// <summary>Whether it ends after the other one.</summary>
    public bool Outlasts(Block other) => other.Until is { } end && (Until is not { } until || until > end);

    /// <summary>The one of two that stands for longer.</summary>
    public static Block Longer(Block? one, Block other) => one is null || other.Outlasts(one) ? other : one;

    /// <summary>Until when it stands, in words: <c>until it is lifted</c>, <c>until 2026-11-30 14:00 UTC</c>.</summary>
    public string Term => Until is { } until ? string.Create(CultureInfo.InvariantCulture, $"until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "until it is lifted";
}
