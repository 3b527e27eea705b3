using System.Security.Claims;

using Dashboard.Fleet;
using Dashboard.History;
using Dashboard.History.Reports;
using Dashboard.History.Transfer;
using Dashboard.Live;

using Microsoft.AspNetCore.Http.Features;

namespace Dashboard.Api;

/// <summary>
/// What was true: each report as JSON, and under the same name with <c>.csv</c> as a table. Pages of JSON follow each other by
/// a cursor; a table is always the whole.
/// </summary>
internal static class HistoryEndpoints
{
    private static readonly TimeSpan s_usualPause = TimeSpan.FromMinutes(5);

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder history = api.MapGroup("/history");
        history.AddEndpointFilter(TellProblemsAsync);
        MapTraffic(history);
        MapSessions(history);
        MapClients(history);

        RouteGroupBuilder servers = api.MapGroup("/servers/{server}");
        servers.AddEndpointFilter(TellProblemsAsync);
        MapEvents(history, servers);
    }

    private static void MapTraffic(RouteGroupBuilder history)
    {
        history.MapGet("/traffic", async (HistoryParameters p, ITrafficReports reports, CancellationToken cancellationToken) =>
            TypedResults.Ok(TrafficResource.Of(await reports.TrafficAsync(p.Access, Traffic(p), cancellationToken))));
        history.MapGet("/traffic.csv", async (HistoryParameters p, ITrafficReports reports, CancellationToken cancellationToken) =>
            await TableAsync("traffic", CsvTables.Traffic, (await reports.TrafficAsync(p.Access, Traffic(p), cancellationToken)).Points));

        history.MapGet("/top", async (HistoryParameters p, ITrafficReports reports, CancellationToken cancellationToken) =>
            TypedResults.Ok(TopResource.Of(await reports.TopAsync(p.Access, Top(p), cancellationToken))));
        history.MapGet("/top.csv", async (HistoryParameters p, ITrafficReports reports, CancellationToken cancellationToken) =>
            await TableAsync("top", CsvTables.Top, (await reports.TopAsync(p.Access, Top(p), cancellationToken)).Entries));

        MapBoth(history, "/concurrency", CsvTables.Concurrency, async (HistoryParameters p, ITrafficReports reports, CancellationToken cancellationToken) =>
        {
            p.Allow("server", "from", "to", "zone");
            return await reports.ConcurrencyAsync(p.Access, p.Server, p.Range(), p.Zone(), cancellationToken);
        });
        MapBoth(history, "/billing", CsvTables.Billing, async (HistoryParameters p, ITrafficReports reports, CancellationToken cancellationToken) =>
        {
            p.Allow("server", "from", "to");
            return await reports.BillingAsync(p.Access, p.Server, p.Month("from"), p.Month("to"), cancellationToken);
        });

        // So many rows that there is no JSON of them.
        history.MapGet("/minutes.csv", async (HistoryParameters p, HistoryExport export, CancellationToken cancellationToken) =>
        {
            p.Allow("server", "user", "from", "to");
            return await CsvResult<TrafficMinute>.StartAsync("minutes", CsvTables.Minutes, export.MinutesAsync(p.Access, p.Range(), p.Server, p.User, cancellationToken), cancellationToken);
        });

        static TrafficQuery Traffic(HistoryParameters p)
        {
            p.Allow("server", "user", "from", "to", "step", "zone");
            return new TrafficQuery(p.Range(), p.Server, p.User, p.Zone(), p.Choice<TrafficStep>("step"));
        }

        static TopQuery Top(HistoryParameters p)
        {
            p.Allow("subject", "server", "from", "to", "limit");
            return new TopQuery(p.Range(), p.Choice<TopSubject>("subject") ?? TopSubject.Client, p.Server, p.Number("limit", 20));
        }
    }

    private static void MapSessions(RouteGroupBuilder history)
    {
        history.MapGet("/sessions", async (HistoryParameters p, ISessionReports reports, CancellationToken cancellationToken) =>
        {
            Page<SessionRecord> page = await reports.FindAsync(p.Access, Sessions(p, "cursor", "limit"), cancellationToken);
            return TypedResults.Ok(new PageResource<SessionResource>(page.Items.Select(SessionResource.Of), page.Next));
        });
        history.MapGet("/sessions.csv", async (HistoryParameters p, HistoryExport export, CancellationToken cancellationToken) =>
            await CsvResult<SessionRecord>.StartAsync("sessions", CsvTables.Sessions, export.SessionsAsync(p.Access, Sessions(p), cancellationToken), cancellationToken));
        history.MapGet("/sessions/{session}", async (string session, HistoryParameters p, ISessionReports reports, CancellationToken cancellationToken) =>
            SessionId.TryParse(session, out SessionId id) && await reports.GetAsync(p.Access, id, cancellationToken) is { } found
                ? (IResult)TypedResults.Ok(SessionResource.Of(found))
                : TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: "No such session", detail: $"History knows no session '{session}'."));

        static SessionQuery Sessions(HistoryParameters p, params ReadOnlySpan<string> more)
        {
            p.Allow(["server", "user", "q", "open", "from", "to", .. more]);
            return new SessionQuery(p.Range(), p.Server, p.User, p.Text("q"), p.Truth("open"), p.Text("cursor"), p.Number("limit", 100));
        }
    }

    private static void MapClients(RouteGroupBuilder history)
    {
        MapBoth(history, "/flapping", CsvTables.Flapping, async (HistoryParameters p, ISessionReports reports, CancellationToken cancellationToken) =>
        {
            p.Allow("server", "from", "to", "atLeast", "limit");
            return await reports.FlappingAsync(p.Access, p.Range(), p.Server, p.Number("atLeast", 5), p.Number("limit", 100), cancellationToken);
        });
        MapBoth(history, "/reconnects", CsvTables.Reconnects, async (HistoryParameters p, ISessionReports reports, CancellationToken cancellationToken) =>
        {
            p.Allow("user", "server", "from", "to", "within");
            string user = p.User ?? throw new HistoryQueryException("user is missing: whose reconnects?");
            return await reports.ReconnectsAsync(p.Access, user, p.Range(), p.Server, p.Length("within", s_usualPause), cancellationToken);
        });

        history.MapGet("/shared-names", async (HistoryParameters p, ISessionReports reports, CancellationToken cancellationToken) =>
            TypedResults.Ok((await SharedAsync(p, reports, cancellationToken)).Select(SharedNameResource.Of)));
        history.MapGet("/shared-names.csv", async (HistoryParameters p, ISessionReports reports, CancellationToken cancellationToken) =>
            await TableAsync("shared-names", CsvTables.SharedNames, await SharedAsync(p, reports, cancellationToken)));

        history.MapGet("/last-seen", async (HistoryParameters p, ISessionReports reports, CancellationToken cancellationToken) =>
        {
            p.Allow("idleSince", "cursor", "limit");
            Page<LastSeen> page = await reports.LastSeenAsync(p.Access, p.Instant("idleSince"), p.Text("cursor"), p.Number("limit", 100), cancellationToken);
            return TypedResults.Ok(new PageResource<LastSeen>(page.Items, page.Next));
        });
        history.MapGet("/last-seen.csv", async (HistoryParameters p, ISessionReports reports, CancellationToken cancellationToken) =>
        {
            p.Allow("idleSince");
            return await CsvResult<LastSeen>.StartAsync("last-seen", CsvTables.LastSeen, AllAsync(cursor => reports.LastSeenAsync(p.Access, p.Instant("idleSince"), cursor, 1000, cancellationToken)), cancellationToken);
        });
        // Nothing keeps names such as ".." or "a//b" as they are in a path: these come as a parameter.
        history.MapGet("/clients", async (HistoryParameters p, ISessionReports reports, CancellationToken cancellationToken) =>
        {
            p.Allow("name");
            string name = p.Text("name") ?? throw new HistoryQueryException("name is missing: which client?");
            return Known(await reports.ClientAsync(p.Access, name, cancellationToken), name);
        });
        history.MapGet("/clients/{**name}", async (string name, HistoryParameters p, ISessionReports reports, HttpContext context, CancellationToken cancellationToken) =>
        {
            p.Allow();
            string asked = AsAsked(context, "/history/clients/") ?? name;
            return Known(await reports.ClientAsync(p.Access, asked, cancellationToken), asked);
        });

        // Routing decodes everything but %2F, so that "a%2Fb" and "a%252Fb" look the same to it: this is the end of the path as it was sent, decoded once.
        static string? AsAsked(HttpContext context, string prefix)
        {
            string path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
            return path.IndexOf(prefix, StringComparison.OrdinalIgnoreCase) is var start and >= 0 ? Uri.UnescapeDataString(path[(start + prefix.Length)..]) : null;
        }

        static IResult Known(ClientRecord? client, string name) => client is not null
            ? TypedResults.Ok(client)
            : TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: "No such client", detail: $"History knows nobody by the name '{name}'.");

        static async Task<IReadOnlyList<SharedName>> SharedAsync(HistoryParameters p, ISessionReports reports, CancellationToken cancellationToken)
        {
            p.Allow("server", "from", "to", "limit");
            return await reports.SharedNamesAsync(p.Access, p.Range(), p.Server, p.Number("limit", 100), cancellationToken);
        }
    }

    private static void MapEvents(RouteGroupBuilder history, RouteGroupBuilder servers)
    {
        MapBoth(history, "/failed-attempts", CsvTables.FailedAttempts, async (HistoryParameters p, IEventReports reports, CancellationToken cancellationToken) =>
        {
            p.Allow("server", "from", "to", "limit");
            return await reports.FailedAttemptsAsync(p.Access, p.Range(), p.Server, p.Number("limit", 100), cancellationToken);
        });
        history.MapGet("/events", async (HistoryParameters p, IEventReports reports, CancellationToken cancellationToken) =>
        {
            p.Allow("server", "kind", "level", "user", "q", "from", "to", "cursor", "limit");
            return await PageAsync(p, reports, p.Server, p.Choices<ServerEventKind>("kind"), cancellationToken);
        });
        history.MapGet("/events.csv", async (HistoryParameters p, HistoryExport export, CancellationToken cancellationToken) =>
        {
            p.Allow("server", "kind", "level", "user", "q", "from", "to");
            return await CsvResult<EventRecord>.StartAsync("events", CsvTables.Events, export.EventsAsync(p.Access, Events(p, p.Server, p.Choices<ServerEventKind>("kind")), cancellationToken), cancellationToken);
        });

        foreach ((string route, ServerEventKind[] kinds) in ((string, ServerEventKind[])[])[
            ("/events", []), ("/log", [ServerEventKind.Log, ServerEventKind.AuthFailure]), ("/echo", [ServerEventKind.Echo])])
        {
            servers.MapGet(route, async (string server, HistoryParameters p, IEventReports reports, LiveStore live, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            {
                p.Allow("level", "user", "q", "from", "to", "cursor", "limit");
                return ApiEndpoints.Find(live, caller, server) is { } found
                    ? await PageAsync(p, reports, found.Name, kinds, cancellationToken)
                    : ApiEndpoints.NoSuchServer(server);
            });
        }

        static EventQuery Events(HistoryParameters p, string? server, ServerEventKind[] kinds) =>
            new(p.Range(), server, [.. kinds], p.Choice<LogSeverity>("level"), p.User, p.Text("q"), p.Text("cursor"), p.Number("limit", 200));

        static async Task<IResult> PageAsync(HistoryParameters p, IEventReports reports, string? server, ServerEventKind[] kinds, CancellationToken cancellationToken)
        {
            Page<EventRecord> page = await reports.FindAsync(p.Access, Events(p, server, kinds), cancellationToken);
            return TypedResults.Ok(new PageResource<EventRecord>(page.Items, page.Next));
        }
    }

    /// <summary>A report that fits into memory, and whose records are the same in JSON and in a table.</summary>
    private static void MapBoth<TReports, TRecord>(
        RouteGroupBuilder history, string route, CsvTable<TRecord> table, Func<HistoryParameters, TReports, CancellationToken, Task<System.Collections.Immutable.ImmutableArray<TRecord>>> ask)
        where TReports : notnull
    {
        history.MapGet(route, async (HistoryParameters p, TReports reports, CancellationToken cancellationToken) => TypedResults.Ok(await ask(p, reports, cancellationToken)));
        history.MapGet(route + ".csv", async (HistoryParameters p, TReports reports, CancellationToken cancellationToken) =>
            await TableAsync(route.TrimStart('/'), table, await ask(p, reports, cancellationToken)));
    }

    private static Task<IResult> TableAsync<T>(string name, CsvTable<T> table, IEnumerable<T> records) =>
        CsvResult<T>.StartAsync(name, table, records.ToAsyncEnumerable(), CancellationToken.None);

    private static async IAsyncEnumerable<T> AllAsync<T>(Func<string?, Task<Page<T>>> pageAt)
    {
        string? cursor = null;
        do
        {
            Page<T> page = await pageAt(cursor);
            foreach (T item in page.Items)
                yield return item;
            cursor = page.Next;
        }
        while (cursor is not null);
    }

    private static async ValueTask<object?> TellProblemsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (HistoryQueryException e)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, title: "This cannot be answered", detail: e.Message);
        }
        catch (HistoryUnavailableException e)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: "No history now", detail: e.Message);
        }
    }
}
