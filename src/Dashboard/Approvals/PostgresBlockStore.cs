using Dashboard.Live;
using Dashboard.Storage;

using Microsoft.EntityFrameworkCore;

namespace Dashboard.Approvals;

/// <inheritdoc cref="IBlockStore"/>
internal sealed class PostgresBlockStore(IDbContextFactory<DashboardDbContext> contexts) : IBlockStore
{
    private const string Certificate = "certificate\u001f";
    private const string User = "user\u001f";

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
        List<BlockRow> rows = await context.Set<BlockRow>().AsNoTracking()
            .Where(row => row.LiftedAt == null && (row.Until == null || row.Until > now))
            .ToListAsync(cancellationToken);
        return [.. rows.Select(FromRow)];
    }

    private static Block FromRow(BlockRow row)
    {
        (NameKind kind, string name) = FromColumn(row.CommonName);
        return new Block(row.Id, row.Server, name, row.Reason, row.CreatedAt, row.CreatedBy, row.Until) { Kind = kind };
    }

    // One column has the name and whose it is: "office", "user␟lena". No name of a block has a control character in it.
    private static string ToColumn(BlockedName name) => name.Kind switch
    {
        NameKind.Certificate => Certificate + name.Text,
        NameKind.User => User + name.Text,
        _ => name.Text,
    };

    private static (NameKind Kind, string Name) FromColumn(string text) =>
        text.StartsWith(Certificate, StringComparison.Ordinal) ? (NameKind.Certificate, text[Certificate.Length..])
        : text.StartsWith(User, StringComparison.Ordinal) ? (NameKind.User, text[User.Length..])
        : (NameKind.Either, text);

    private static BlockRow Row(Block block) => new()
    {
        Id = block.Id,
        Server = block.Server,
        CommonName = ToColumn(block.Name),
        Reason = block.Reason,
        CreatedAt = block.CreatedAt,
        CreatedBy = block.CreatedBy,
        Until = block.Until,
        LiftedAt = block.LiftedAt,
        LiftedBy = block.LiftedBy,
    };
}
