using Dashboard.Storage;

using Microsoft.EntityFrameworkCore;

namespace Dashboard.Approvals;

/// <inheritdoc cref="IBlockStore"/>
internal sealed class PostgresBlockStore(IDbContextFactory<DashboardDbContext> contexts) : IBlockStore
{
    public async Task SaveAsync(IReadOnlyList<Block> blocks, CancellationToken cancellationToken)
    {
        await using DashboardDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        Guid[] ids = [.. blocks.Select(block => block.Id)];
        Dictionary<Guid, BlockRow> known = await context.Set<BlockRow>().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken);
        foreach (Block block in blocks)
        {
            if (!known.TryGetValue(block.Id, out BlockRow? row))
                context.Add(Row(block));
            else if (row.LiftedAt is null)
                (row.LiftedAt, row.LiftedBy) = (block.LiftedAt, block.LiftedBy);
        }
        await context.SaveChangesAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<Block>> ReadActiveAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using DashboardDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Set<BlockRow>().AsNoTracking()
            .Where(row => row.LiftedAt == null && (row.Until == null || row.Until > now))
            .Select(row => new Block(row.Id, row.Server, row.CommonName, row.Reason, row.CreatedAt, row.CreatedBy, row.Until))
            .ToListAsync(cancellationToken);
    }

    private static BlockRow Row(Block block) => new()
    {
        Id = block.Id,
        Server = block.Server,
        CommonName = block.CommonName,
        Reason = block.Reason,
        CreatedAt = block.CreatedAt,
        CreatedBy = block.CreatedBy,
        Until = block.Until,
        LiftedAt = block.LiftedAt,
        LiftedBy = block.LiftedBy,
    };
}
