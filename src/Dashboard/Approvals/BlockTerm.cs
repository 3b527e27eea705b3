namespace Dashboard.Approvals;

/// <summary>For how long somebody is kept out.</summary>
/// <param name="For">Null: until somebody lifts the block.</param>
public readonly record struct BlockTerm(TimeSpan? For)
{
    /// <summary>Longer than any term in sight; beyond it "until lifted" is meant.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    public static BlockTerm UntilLifted { get; } = new(null);

    public bool IsValid => For is not { } time || (time > TimeSpan.Zero && time <= Longest);

    /// <summary><c>for 01:00:00</c>, <c>until lifted</c>.</summary>
    public string InWords => For is { } length ? $"for {length}" : "until lifted";

    public DateTimeOffset? EndsAt(DateTimeOffset now) => now + For;
}
