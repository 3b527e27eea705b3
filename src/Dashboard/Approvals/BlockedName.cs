using Dashboard.Live;

namespace Dashboard.Approvals;

/// <summary>The name by which somebody is kept out, and whose name it is.</summary>
public readonly record struct BlockedName(NameKind Kind, string Text)
{
    /// <summary>Whether it keeps this client out.</summary>
    public bool Means(ClientNames names) => names.Include(Kind, Text);

    /// <summary>Whether somebody may be kept out by both.</summary>
    public bool Overlaps(BlockedName other) =>
        (Kind == other.Kind || Kind is NameKind.Either || other.Kind is NameKind.Either)
        && ClientNames.AreSame(Kind is NameKind.Either ? other.Kind : Kind, Text, other.Text);

    /// <summary>For a sentence: <c>certificate office</c>.</summary>
    public override string ToString() => Kind switch
    {
        NameKind.Certificate => $"certificate {Text}",
        NameKind.User => $"user {Text}",
        _ => Text,
    };
}
