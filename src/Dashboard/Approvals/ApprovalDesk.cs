using System.Security.Claims;

using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

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

    public async Task<OperationResult> BlockAsync(ClaimsPrincipal caller, string? server, BlockedName name, BlockTerm term, string? reason)
    {
        name = name with { Text = ClientNames.Folded(name.Text) };
        Block? before = blocks.Find(server, name);
        OperationResult result = await AllowedAsync(caller, server) is { } refusal ? refusal
            : server is not null && fleet.Find(server) is null ? new(OperationOutcome.Refused, "There is no such server.")
            : BlockMaker.WhyNot(name, term, reason) is { } why ? new(OperationOutcome.Refused, why)
            : Add(server, name, term, reason, caller, before);
        audit.Write(new AuditEntry(time.GetUtcNow(), Caller.From(caller), "block", result.Outcome.ToString())
        {
            Server = server,
            CommonName = name.Text,
            Details = $"{(name.Kind is NameKind.Either ? "" : $"{name.Kind} name, ")}{term.InWords}",
            Reason = reason,
            Reply = result.Reply,
            Before = before.InRecord(),
            After = result.Succeeded ? blocks.Find(server, name).InRecord() : null,
        });
        return result;
    }

    public async Task<OperationResult> LiftAsync(ClaimsPrincipal caller, Guid block)
    {
        Block? lifted = blocks.Active.FirstOrDefault(active => active.Id == block);
        Block? before = lifted is null ? null : blocks.Find(lifted.Server, lifted.Name);
        OperationResult result = await AllowedAsync(caller, lifted?.Server, isKnown: lifted is not null) is { } refusal ? refusal
            : lifted is null || blocks.Lift(block, caller.Identity?.Name ?? "") is null ? new(OperationOutcome.Stale, "There is no such block, or it is over.")
            : new(OperationOutcome.Done, lifted.WhatRemains(blocks.On(lifted.Name)) is { Length: > 0 } remains ? $"This block is lifted. {remains}" : $"{lifted.Name} may come in again.");
        audit.Write(new AuditEntry(time.GetUtcNow(), Caller.From(caller), "lift block", result.Outcome.ToString())
        {
            Server = lifted?.Server,
            CommonName = lifted?.CommonName,
            Details = lifted is null ? $"block {block}" : $"the one {lifted.Term}",
            Reply = result.Reply,
            Before = before.InRecord(),
            After = lifted is null ? null : blocks.Find(lifted.Server, lifted.Name).InRecord(),
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
        await live.UntilAsync(waiting.Server, server => (address = Address(server, waiting)) is not null || Outcome() is ClientOutcome.Refused or ClientOutcome.Left, s_arrival, time, CancellationToken.None); // it is sent, and goes on record
        return (Outcome(), address) switch
        {
            (ClientOutcome.Refused, _) => result with { Outcome = OperationOutcome.Failed, Reply = $"{result.Reply}, but OpenVPN itself refused the client, by a script or a plugin.", Effect = "The client was refused." },
            (ClientOutcome.Left, _) => result with { Outcome = OperationOutcome.Failed, Reply = $"{result.Reply}, but the client has left.", Effect = "The client has left." },
            (_, { } known) => result with { Effect = $"The client is connected, with {known}." },
            (ClientOutcome.Connected, _) => result with { Effect = "The client is connected." },
            _ => result with { Effect = "OpenVPN took the answer; the client has no tunnel yet." },
        };

        ClientOutcome Outcome() => gate.FindDecision(waiting.Id)?.Outcome ?? ClientOutcome.NotSeen;
    }

    private static string? Address(ServerSnapshot server, WaitingClient waiting) =>
        server.Clients?.FirstOrDefault(client => client.Identity.Cid == waiting.Cid) is { } client ? client.VirtualAddress ?? client.VirtualAddress6 : null;

    /// <param name="isKnown">False where it is not known which server it is about: then there is nothing to do to any.</param>
    private async Task<OperationResult?> AllowedAsync(ClaimsPrincipal caller, string? server, bool isKnown = true) =>
        (await authorization.AuthorizeAsync(caller, isKnown ? new ServerTarget(server) : null, Policies.Operate)).Succeeded ? null : new OperationResult(OperationOutcome.Denied, server is null && isKnown ? "You may not decide who comes in to every server." : "You may not decide who comes in there.");

    private OperationResult Add(string? server, BlockedName name, BlockTerm term, string? reason, ClaimsPrincipal caller, Block? before)
    {
        if (!blocks.Add(BlockMaker.Make(server, name, reason, caller, term, time.GetUtcNow())))
            return new OperationResult(OperationOutcome.Refused, BlockMaker.TooMany(name));
        string done = $"{name} is kept out {(server is null ? "of every server" : $"of {server}")}{(term.For is null ? " until the block is lifted" : "")}.";
        return new OperationResult(OperationOutcome.Done, before is null ? done : $"{done} Another block stands, {before.Term}: the longer one holds.");
    }
}
