using System.Security.Claims;

using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

using Mgmt.Core.Status;

using Microsoft.AspNetCore.Authorization;

namespace Dashboard.Approvals;

/// <inheritdoc cref="IApprovals"/>
internal sealed class ApprovalDesk(
    FleetService fleet,
    ClientGates gates,
    BlockList blocks,
    LiveStore live,
    IAuthorizationService authorization,
    IAuditTrail audit,
    TimeProvider time) : IApprovals
{
    /// <summary>How long a client that was let in may take to get its tunnel before we say that it has not.</summary>
    private static readonly TimeSpan s_arrival = TimeSpan.FromSeconds(5);

    private const int MaxNameLength = 256;
    private const int MaxReasonLength = 1000;

    public IReadOnlyList<Block> BlocksFor(ClaimsPrincipal caller)
    {
        ServerAccess access = ServerAccess.Of(caller);
        return [.. blocks.Active.Where(block => block.Server is not { } server || access.Includes(server))];
    }

    public int UnsavedBlocks => blocks.Unsaved;

    public async Task<OperationResult> DecideAsync(ClaimsPrincipal caller, Guid request, bool approve, string? reason, CancellationToken cancellationToken = default)
    {
        WaitingClient? waiting = live.Servers.Values.SelectMany(server => server.Waiting).FirstOrDefault(client => client.Id == request);
        OperationResult result = await AllowedAsync(caller, waiting?.Server, isKnown: waiting is not null) is { } refusal ? refusal
            : reason is not null && DaemonText.WhyNot(reason) is { } unfit ? new(OperationOutcome.Refused, unfit)
            : waiting is null ? new(OperationOutcome.Stale, gates.WhyOver(request))
            : await DecideAsync(waiting, approve, reason, caller.Identity?.Name ?? "", cancellationToken);
        audit.Write(new AuditEntry(time.GetUtcNow(), Caller.From(caller), approve ? "approve" : "deny", result.Outcome.ToString())
        {
            Server = waiting?.Server,
            CommonName = waiting?.CommonName,
            Details = waiting is null ? $"request {request}" : $"CID {waiting.Cid.Value} from {waiting.RealAddress}",
            Reason = reason,
            Reply = result.Reply,
            After = result.Effect,
        });
        return result;
    }

    public async Task<OperationResult> BlockAsync(ClaimsPrincipal caller, string? server, string commonName, BlockTerm term, string? reason)
    {
        Block? before = blocks.FindExact(server, commonName);
        OperationResult result = await AllowedAsync(caller, server) is { } refusal ? refusal
            : WhyNoBlock(server, commonName, term, reason) is { } why ? new(OperationOutcome.Refused, why)
            : Add(server, commonName, term, reason, caller, before);
        audit.Write(new AuditEntry(time.GetUtcNow(), Caller.From(caller), "block", result.Outcome.ToString())
        {
            Server = server,
            CommonName = commonName,
            Details = term.For is { } length ? $"for {length}" : "until lifted",
            Reason = reason,
            Reply = result.Reply,
            Before = before is null ? null : $"kept out {before.Term}",
            After = result.Succeeded && blocks.FindExact(server, commonName) is { } after ? $"kept out {after.Term}" : null,
        });
        return result;
    }

    public async Task<OperationResult> LiftAsync(ClaimsPrincipal caller, Guid block)
    {
        Block? lifted = blocks.Active.FirstOrDefault(active => active.Id == block);
        Block? before = lifted is null ? null : blocks.FindExact(lifted.Server, lifted.CommonName);
        OperationResult result = await AllowedAsync(caller, lifted?.Server, isKnown: lifted is not null) is { } refusal ? refusal
            : lifted is null || blocks.Lift(block, caller.Identity?.Name ?? "") is null ? new(OperationOutcome.Stale, "There is no such block, or it is over.")
            : blocks.FindExact(lifted.Server, lifted.CommonName) is { } other ? new(OperationOutcome.Done, $"This block is lifted. {lifted.CommonName} is still kept out by another one, {other.Term}.")
            : new(OperationOutcome.Done, $"{lifted.CommonName} may come in again.");
        audit.Write(new AuditEntry(time.GetUtcNow(), Caller.From(caller), "lift block", result.Outcome.ToString())
        {
            Server = lifted?.Server,
            CommonName = lifted?.CommonName,
            Details = lifted is null ? $"block {block}" : $"the one {lifted.Term}",
            Reply = result.Reply,
            Before = before is null ? null : $"kept out {before.Term}",
            After = lifted is not null && blocks.FindExact(lifted.Server, lifted.CommonName) is { } after ? $"kept out {after.Term}" : null,
        });
        return result;
    }

    public IDisposable Subscribe(Action changed) => blocks.Subscribe(changed);

    private async Task<OperationResult> DecideAsync(WaitingClient waiting, bool approve, string? reason, string by, CancellationToken cancellationToken)
    {
        if (fleet.Find(waiting.Server) is not { } session || gates.Find(waiting.Server) is not { } gate)
            return new OperationResult(OperationOutcome.Stale, "There is no such server.");
        OperationResult result = await session.ExecuteAsync((turn, token) => gate.DecideAsync(turn, waiting.Id, approve, reason, by, token), cancellationToken);
        if (!result.Succeeded || !approve || waiting.IsReauthentication)
            return result;
        string? address = null;
        bool arrived = await live.UntilAsync(waiting.Server, server => (address = Address(server, waiting)) is not null, s_arrival, time, CancellationToken.None); // it is sent, and goes on record
        return result with { Effect = arrived ? $"The client is connected, with {address}." : "OpenVPN took the answer; the client has no tunnel yet." };
    }

    private static string? Address(ServerSnapshot server, WaitingClient waiting) =>
        server.Clients?.FirstOrDefault(client => client.Identity.Cid == waiting.Cid) is { } client ? client.VirtualAddress ?? client.VirtualAddress6 : null;

    /// <param name="isKnown">False where it is not known which server it is about: then there is nothing to do to any.</param>
    private async Task<OperationResult?> AllowedAsync(ClaimsPrincipal caller, string? server, bool isKnown = true) =>
        (await authorization.AuthorizeAsync(caller, isKnown ? new ServerTarget(server) : null, Policies.Operate)).Succeeded ? null : new OperationResult(OperationOutcome.Denied, server is null && isKnown ? "You may not decide who comes in to every server." : "You may not decide who comes in there.");

    private string? WhyNoBlock(string? server, string commonName, BlockTerm term, string? reason) =>
        server is not null && fleet.Find(server) is null ? "There is no such server."
        : string.IsNullOrWhiteSpace(commonName) || commonName is StatusClient.Undefined ? "A block needs a name: the common name on the client's certificate, or its user name."
        : commonName.Length > MaxNameLength || commonName.Any(char.IsControl) ? $"A name has at most {MaxNameLength} characters, none of them a control character."
        : reason is { Length: > MaxReasonLength } ? $"The reason is longer than {MaxReasonLength} characters."
        : !term.IsValid ? "A block lasts longer than nothing and at most ten years; or until it is lifted."
        : null;

    private OperationResult Add(string? server, string commonName, BlockTerm term, string? reason, ClaimsPrincipal caller, Block? before)
    {
        blocks.Add(BlockMaker.Make(server, commonName, reason, caller, term, time.GetUtcNow()));
        string done = $"{commonName} is kept out {(server is null ? "of every server" : $"of {server}")}{(term.For is null ? " until the block is lifted" : "")}.";
        return new OperationResult(OperationOutcome.Done, before is null ? done : $"{done} Another block stands, {before.Term}: the longer one holds.");
    }
}
