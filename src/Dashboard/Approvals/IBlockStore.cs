namespace Dashboard.Approvals;

/// <summary>Where blocks are kept for good.</summary>
internal interface IBlockStore
{
    /// <summary>Adds blocks, or notes that they were lifted. A block that is lifted there stays lifted.</summary>
    Task SaveAsync(IReadOnlyList<Block> blocks, CancellationToken cancellationToken);

    /// <summary>Every block that stands.</summary>
    Task<IReadOnlyList<Block>> ReadActiveAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
