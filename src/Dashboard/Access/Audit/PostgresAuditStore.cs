using Dashboard.Fleet;
using Dashboard.History;
using Dashboard.Storage;

using Microsoft.EntityFrameworkCore;

using Npgsql;

namespace Dashboard.Access.Audit;

/// <inheritdoc cref="IAuditStore"/>
internal sealed class PostgresAuditStore(NpgsqlDataSource dataSource, IDbContextFactory<DashboardDbContext> contexts) : IAuditStore
{
    /// <summary>A raw command's reply can be long; what it said is worth keeping, not every line of it.</summary>
    internal const int MaxTextLength = 2000;

    private const string Append = """
        INSERT INTO audit (id, at, actor, actor_kind, address, action, outcome, server, session_id, cid, common_name, real_address, details, reason, reply, before, after)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        ON CONFLICT (id) DO NOTHING
        """;

    public async Task AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = dataSource.CreateBatch();
        foreach (AuditEntry entry in entries)
            batch.BatchCommands.Add(Row(entry));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<AuditRecord>> ReadAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        await using DashboardDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        IQueryable<AuditRecord> records = context.Set<AuditRecord>().AsNoTracking();
        if (query.Server is { Length: > 0 } server)
            records = records.Where(record => record.Server == server);
        if (query.Within is { } within)
            records = records.Where(record => record.Server != null && within.Contains(record.Server));
        if (query.By is { Length: > 0 } actor)
            records = records.Where(record => record.Actor == actor);
        if (query.Text is { Length: > 0 } text)
        {
            string pattern = $"%{Escape(StoredText.Clean(text))}%";
            records = records.Where(record => EF.Functions.ILike(record.Action, pattern, @"\")
                || EF.Functions.ILike(record.CommonName!, pattern, @"\")
                || EF.Functions.ILike(record.Details!, pattern, @"\")
                || EF.Functions.ILike(record.Reason!, pattern, @"\")
                || EF.Functions.ILike(record.Reply!, pattern, @"\"));
        }
        if (query.Kind is { } kind)
            records = records.Where(record => AccountActions.All.Contains(record.Action) == (kind == AuditKind.Accounts));
        if (query.Before is { } before)
            records = records.Where(record => record.Number < before);
        return await records.OrderByDescending(record => record.Number).Take(AuditQuery.PageSize).ToListAsync(cancellationToken);
    }

    private static NpgsqlBatchCommand Row(AuditEntry entry) => new(Append)
    {
        Parameters =
        {
            new() { Value = entry.Id },
            new() { Value = entry.At },
            new() { Value = Text(entry.By.Name) ?? "" },
            new() { Value = entry.By.Kind.ToString() },
            Optional(entry.By.Address),
            new() { Value = Text(entry.Action) ?? "" },
            new() { Value = Text(entry.Outcome) ?? "" },
            Optional(entry.Server),
            new() { Value = (object?)entry.Session?.Id.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid },
            new() { Value = entry.Session is { } session ? (long)session.Cid.Value : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint },
            Optional(entry.CommonName ?? entry.Session?.CommonName),
            Optional(entry.Session?.RealAddress),
            Optional(entry.Details),
            Optional(entry.Reason),
            Optional(entry.Reply),
            Optional(entry.Before),
            Optional(entry.After),
        },
    };

    private static NpgsqlParameter Optional(string? text) => new() { Value = (object?)Text(text) ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text };

    private static string? Text(string? text) => text is null ? null : StoredText.CleanAndCut(Secrets.Mask(text), MaxTextLength);

    private static string Escape(string text) =>
        text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
}
