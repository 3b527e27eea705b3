namespace Dashboard.Approvals;

/// <summary>A block in memory and in the file.</summary>
/// <param name="IsSaved">The database knows it as it is.</param>
internal sealed record KeptBlock(Block Block, bool IsSaved);
