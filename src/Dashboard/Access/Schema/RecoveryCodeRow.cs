namespace Dashboard.Access.Schema;

/// <summary>A recovery code that has not been used: its SHA-256, which is enough as the code has 80 random bits.</summary>
internal sealed class RecoveryCodeRow
{
    public Guid UserId { get; set; }
    public byte[] Hash { get; set; } = [];
}
