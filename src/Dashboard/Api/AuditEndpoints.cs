using System.Runtime.CompilerServices;
using System.Security.Claims;

using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.History.Transfer;

namespace Dashboard.Api;

/// <summary>What was done, for programs that keep it elsewhere: for administrators, within their servers.</summary>
internal static class AuditEndpoints
{
    private static readonly CsvTable<AuditRecord> s_table = new(
        ("number", record => record.Number),
        ("at", record => record.At),
        ("actor", record => record.Actor),
        ("actorKind", record => record.ActorKind),
        ("address", record => record.Address),
        ("action", record => record.Action),
        ("outcome", record => record.Outcome),
        ("server", record => record.Server),
        ("session", record => record.SessionId?.ToString()),
        ("cid", record => record.Cid),
        ("commonName", record => record.CommonName),
        ("realAddress", record => record.RealAddress),
        ("details", record => record.Details),
        ("reason", record => record.Reason),
        ("reply", record => record.Reply),
        ("before", record => record.Before),
        ("after", record => record.After));

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder administer = api.MapGroup("").RequireAuthorization(Policies.Administer);
        administer.MapGet("/audit", (string? server, string? by, string? q, AuditKind? kind, long? before, IAuditStore trail, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            TellAsync(async () => (IResult)TypedResults.Ok(PageOf(await trail.ReadAsync(new AuditQuery(server, by, q, kind, before, ServerAccess.Of(caller).Servers), cancellationToken)))));
        administer.MapGet("/audit.csv", (string? server, string? by, string? q, AuditKind? kind, IAuditStore trail, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            TellAsync(() => CsvResult<AuditRecord>.StartAsync("audit", s_table, AllAsync(trail, new AuditQuery(server, by, q, kind, Within: ServerAccess.Of(caller).Servers), cancellationToken), cancellationToken)));
    }

    private static AuditPage PageOf(IReadOnlyList<AuditRecord> records) =>
        new([.. records.Select(AuditResource.From)], records.Count == AuditQuery.PageSize ? records[^1].Number : null);

    private static async IAsyncEnumerable<AuditRecord> AllAsync(IAuditStore trail, AuditQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            IReadOnlyList<AuditRecord> records = await trail.ReadAsync(query, cancellationToken);
            foreach (AuditRecord record in records)
                yield return record;
            if (records.Count < AuditQuery.PageSize)
                yield break;
            query = query with { Before = records[^1].Number };
        }
    }

    private static async Task<IResult> TellAsync(Func<Task<IResult>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: "The trail cannot be read now", detail: "The database cannot be reached.");
        }
    }
}
