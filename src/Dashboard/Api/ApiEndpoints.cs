using System.Security.Claims;

using Dashboard.Access;
using Dashboard.Approvals;
using Dashboard.Fleet.Operations;
using Dashboard.Live;
using Dashboard.Storage;

using Microsoft.AspNetCore.Http.HttpResults;

namespace Dashboard.Api;

/// <summary>The REST interface for programs, and what an orchestrator asks.</summary>
internal static class ApiEndpoints
{
    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails();
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true); // so that it can be told what is wrong
        builder.Services.ConfigureHttpJsonOptions(options => RequestJson.Configure(options.SerializerOptions));
    }

    public static void MapApi(this WebApplication app)
    {
        app.MapGet("/healthz", () => TypedResults.Text("ok")).AllowAnonymous();
        app.MapGet("/readyz", Ready).RequireAuthorization(Policies.View);

        RouteGroupBuilder api = app.MapGroup("/api/v1").RequireAuthorization(Policies.View);
        api.MapGet("/servers", (LiveStore live, ClaimsPrincipal caller) => ServerAccess.Of(caller).Of(live).Values.Select(ServerResource.From));
        api.MapGet("/servers/{server}", Results<Ok<ServerResource>, ProblemHttpResult> (string server, LiveStore live, ClaimsPrincipal caller) =>
            Find(live, caller, server) is { } found ? TypedResults.Ok(ServerResource.From(found)) : NoSuchServer(server));
        api.MapGet("/servers/{server}/clients", Clients);
        api.MapGet("/servers/{server}/diagnosis", Results<Ok<DiagnosisResource>, ProblemHttpResult> (string server, LiveStore live, ClaimsPrincipal caller) =>
            Find(live, caller, server) is { } found ? TypedResults.Ok(DiagnosisResource.From(found)) : NoSuchServer(server));

        RouteGroupBuilder operate = api.MapGroup("").RequireAuthorization(Policies.Operate);
        operate.MapPost("/servers/{server}/clients/{session}/disconnect", DisconnectAsync);
        operate.MapPost("/servers/{server}/hold", (string server, HoldRequest request, LiveStore live, IServerOperations operations, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            OperateAsync(live, caller, server, name => operations.HoldAsync(caller, name, request.Action, cancellationToken)));
        operate.MapPost("/servers/{server}/signal", (string server, SignalRequest request, LiveStore live, IServerOperations operations, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            OperateAsync(live, caller, server, name => operations.SignalAsync(caller, name, request.Signal, cancellationToken)));
        operate.MapPost("/servers/{server}/verb", (string server, VerbRequest request, LiveStore live, IServerOperations operations, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            OperateAsync(live, caller, server, name => operations.VerbAsync(caller, name, request.Level, cancellationToken)));
        operate.MapPost("/servers/{server}/mute", (string server, MuteRequest request, LiveStore live, IServerOperations operations, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            OperateAsync(live, caller, server, name => operations.MuteAsync(caller, name, request.Lines, cancellationToken)));
        operate.MapPost("/servers/{server}/forget-passwords", (string server, LiveStore live, IServerOperations operations, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            OperateAsync(live, caller, server, name => operations.ForgetPasswordsAsync(caller, name, cancellationToken)));
        operate.MapPost("/servers/{server}/push-update", PushUpdateAsync);
        operate.MapPost("/servers/{server}/slot", (string server, SlotRequest request, LiveStore live, IServerOperations operations, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            OperateAsync(live, caller, server, name => request.Action is SlotAction.Take
                ? operations.TakeSlotBackAsync(caller, name, cancellationToken)
                : operations.ReleaseSlotAsync(caller, name, request.For ?? TimeSpan.Zero, cancellationToken)));
        api.MapGet("/servers/{server}/questions", Results<Ok<IEnumerable<QuestionResource>>, ProblemHttpResult> (string server, LiveStore live, ClaimsPrincipal caller) =>
            Find(live, caller, server) is { } found ? TypedResults.Ok(found.Questions.Select(QuestionResource.From)) : NoSuchServer(server));
        operate.MapPost("/servers/{server}/questions/{id:guid}", (string server, Guid id, AnswerRequest answer, LiveStore live, IServerOperations operations, ClaimsPrincipal caller, CancellationToken cancellationToken) =>
            OperateAsync(live, caller, server, name => operations.AnswerAsync(caller, name, id, answer.ToAnswer(), cancellationToken)));
        ApprovalEndpoints.Map(api, operate);
        HistoryEndpoints.Map(api);
        AuditEndpoints.Map(api);

        api.MapFallback(NothingHere);
    }

    // Routing sends here also what matches but for the type of its content.
    private static ProblemHttpResult NothingHere(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && !request.HasJsonContentType()
            ? TypedResults.Problem(statusCode: StatusCodes.Status415UnsupportedMediaType, title: "JSON is wanted", detail: "Send the header Content-Type: application/json.")
            : TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: "No such resource", detail: $"There is nothing at {request.Path}.");

    // Ready to serve history as well as what is live. Not ready is no reason to restart us: the live view works without a database.
    private static IResult Ready(StorageState storage) => storage.Current.Condition is StorageCondition.Ready
        ? TypedResults.Text("ready")
        : TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not ready", detail: storage.Current.Reason);

    private static Results<Ok<IEnumerable<ClientResource>>, ProblemHttpResult> Clients(string server, LiveStore live, ClaimsPrincipal caller) =>
        Find(live, caller, server) switch
        {
            null => NoSuchServer(server),
            { Clients: { } clients } => TypedResults.Ok(clients.Select(ClientResource.From)),
            { } unknown => TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: "Clients unknown", detail: unknown.Detail),
        };

    private static async Task<IResult> DisconnectAsync(
        string server,
        string session,
        DisconnectRequest request,
        LiveStore live,
        IServerOperations operations,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken)
    {
        if (Find(live, caller, server) is not { } found)
            return NoSuchServer(server);
        if (FindClient(found, session) is not { } client)
            return NoSuchSession(found, session);
        if (request.WhyNot() is { } why)
            return TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, title: "This cannot be sent", detail: why);
        KeepOut? keepOut = null;
        if (request.BlockFor is { } blockFor)
        {
            if (!BlockTerms.TryParse(blockFor, out BlockTerm term))
                return NoSuchTerm("blockFor", blockFor);
            keepOut = new KeepOut(term, request.BlockName is { } name ? new BlockedName(request.BlockNameKind ?? NameKind.Either, name) : null);
        }
        return Answer(await (await operations.DisconnectAsync(caller, client.Identity, request.Mode, request.Reason, keepOut, cancellationToken)).SettledAsync());
    }

    private static async Task<IResult> PushUpdateAsync(
        string server,
        PushUpdateRequest request,
        LiveStore live,
        IServerOperations operations,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken)
    {
        if (Find(live, caller, server) is not { } found)
            return NoSuchServer(server);
        if (request.Session is null)
            return Answer(await operations.PushUpdateAsync(caller, found.Name, request.Options, session: null, cancellationToken));
        return FindClient(found, request.Session) is { } client
            ? Answer(await operations.PushUpdateAsync(caller, found.Name, request.Options, client.Identity, cancellationToken))
            : NoSuchSession(found, request.Session);
    }

    private static async Task<IResult> OperateAsync(LiveStore live, ClaimsPrincipal caller, string server, Func<string, Task<OperationResult>> operation) =>
        Find(live, caller, server) is { } found ? Answer(await (await operation(found.Name)).SettledAsync()) : NoSuchServer(server);

    internal static IResult Answer(OperationResult result) => result.Outcome switch
    {
        OperationOutcome.Done => TypedResults.Ok(new OperationResource(result.Reply, result.Effect)),
        OperationOutcome.Stale => TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, title: "Nothing was sent", detail: result.Reply),
        OperationOutcome.Denied => TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden, title: "Not allowed", detail: result.Reply),
        OperationOutcome.Refused => TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, title: "This cannot be sent", detail: result.Reply),
        _ => TypedResults.Problem(statusCode: StatusCodes.Status502BadGateway, title: "OpenVPN did not do it", detail: result.Reply),
    };

    // Routing decodes everything in a segment but %2F, and a name may hold a slash (site/berlin).
    internal static ServerSnapshot? Find(LiveStore live, ClaimsPrincipal caller, string server)
    {
        ServerAccess access = ServerAccess.Of(caller);
        return access.Find(live, server) ?? access.Find(live, server.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));
    }

    internal static ProblemHttpResult NoSuchServer(string server) =>
        TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: "No such server", detail: $"No server is named '{server}'.");

    private static ClientSnapshot? FindClient(ServerSnapshot server, string session) =>
        SessionId.TryParse(session, out SessionId id) ? server.Clients?.FirstOrDefault(client => client.Session == id) : null;

    private static ProblemHttpResult NoSuchSession(ServerSnapshot server, string session) =>
        TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: "No such session", detail: $"'{session}' is not connected to {server.Name}.");

    internal static ProblemHttpResult NoSuchTerm(string name, string term) =>
        TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, title: "No such duration", detail: $"{name}: '{term}' is neither {BlockTerms.UntilLifted} nor a duration such as 00:15:00 or 1.00:00:00, ten years at most.");
}
