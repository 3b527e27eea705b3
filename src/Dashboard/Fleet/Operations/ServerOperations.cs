using System.Collections.Immutable;
using System.Security.Claims;

using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.Approvals;
using Dashboard.Fleet.Questions;
using Dashboard.Live;

using Microsoft.AspNetCore.Authorization;

namespace Dashboard.Fleet.Operations;

/// <inheritdoc cref="IServerOperations"/>
internal sealed class ServerOperations(
    FleetService fleet,
    LiveStore live,
    BlockList blocks,
    IAuthorizationService authorization,
    IAuditTrail audit,
    IHostApplicationLifetime application,
    TimeProvider time) : IServerOperations
{
    /// <summary>A client that was told to go is dropped after five seconds at the latest, and a list tells it a second later.</summary>
    private static readonly TimeSpan s_departure = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan s_signalEffect = TimeSpan.FromSeconds(5);

    /// <summary>Credentials go to the server and back; a wrong one is answered after a pause.</summary>
    private static readonly TimeSpan s_answerEffect = TimeSpan.FromSeconds(10);

    /// <summary>The daemon has two seconds for its last answers before the socket is closed.</summary>
    private static readonly TimeSpan s_slotEffect = TimeSpan.FromSeconds(5);

    public async Task<OperationResult> DisconnectAsync(ClaimsPrincipal caller, SessionIdentity session, DisconnectMode mode, string? reason, KeepOut? keepOut = null, CancellationToken cancellationToken = default)
    {
        Order order = new(caller, session.Server, "disconnect")
        {
            Session = session,
            Details = $"{mode}{(keepOut is null ? "" : $", keep out {keepOut.Term.InWords}")}",
            Reason = reason,
        };
        return keepOut is null
            ? await RunAsync(order, (turn, token) => turn.DisconnectAsync(session, mode, Caller.From(caller).Name, first: null, token), cancellationToken, stopping => SeeGoneAsync(session, stopping))
            : await DisconnectAndKeepOutAsync(order, session, mode, keepOut, cancellationToken);
    }

    private async Task<OperationResult> DisconnectAndKeepOutAsync(Order order, SessionIdentity session, DisconnectMode mode, KeepOut keepOut, CancellationToken cancellationToken)
    {
        (BlockedName name, string? why) = NameToKeepOut(session, keepOut.Name);
        if ((why ?? BlockMaker.WhyNot(name, keepOut.Term, order.Reason)) is { } unfit)
            return await RefuseAsync(order, $"{unfit} Nothing was sent.");
        order = order with { Details = $"{order.Details}, {name}" };
        Block? before = null, after = null;
        return await RunAsync(order, async (turn, token) => await turn.DisconnectAsync(session, mode, Caller.From(order.Caller).Name, AddBlock, token) with { Before = before.InRecord() }, cancellationToken,
            async stopping => $"{await SeeGoneAsync(session, stopping)} {name} is kept out of {session.Server}{(before is null ? "" : $", {after?.Term}")}.");

        // Here the session is known to be the one that was seen; its names may be others by now.
        string? AddBlock(TrackedSession found)
        {
            if (!name.Means(found.Names))
                return $"{name} is no name of this client any more. Nothing was sent.";
            before = blocks.Find(session.Server, name);
            if (!blocks.Add(BlockMaker.Make(session.Server, name, order.Reason, order.Caller, keepOut.Term, time.GetUtcNow())))
                return $"{BlockMaker.TooMany(name)} Nothing was sent.";
            after = blocks.Find(session.Server, name);
            return null;
        }
    }

    /// <param name="asked">As it was confirmed; null where nobody chose.</param>
    private (BlockedName Name, string? WhyNot) NameToKeepOut(SessionIdentity session, BlockedName? asked)
    {
        ServerSnapshot server = live.Find(session.Server) ?? new ServerSnapshot(session.Server, "");
        ClientSnapshot client = server.Clients?.FirstOrDefault(client => client.Session == session.Id) ?? new ClientSnapshot(session);
        ImmutableArray<BlockedName> names = BlockTarget.Of(client, server);
        return (names, asked) switch
        {
            ([], _) => (default, "This connection has not said who it is: there is no name to keep out."),
            (_, { } name) => names.Where(own => own.Overlaps(name)).Cast<BlockedName?>().FirstOrDefault() is { } own ? (own, null)
                : (name, $"{name} is no name of this client. It is {string.Join(", or ", names)}."),
            ([var first, ..], null) when BlockTarget.CanBeImplied(first, server) => (first, null),
            ([var first, ..], null) => (first, $"Nobody checked the name of this client. Say that {first} is meant."),
        };
    }

    private async Task<string> SeeGoneAsync(SessionIdentity session, CancellationToken stopping) =>
        await live.UntilAsync(session.Server, server => !Lists(server, session), s_departure, time, stopping)
            ? "The session is gone."
            : $"The session is still listed after {s_departure.TotalSeconds:0} s.";

    public Task<OperationResult> HoldAsync(ClaimsPrincipal caller, string server, HoldAction action, CancellationToken cancellationToken = default)
    {
        ServerSnapshot? before = live.Find(server);
        return RunAsync(new(caller, server, "hold") { Details = action.ToString() }, (turn, token) => turn.HoldAsync(action, token), cancellationToken,
            action is not HoldAction.Release || before?.Status is not ServerStatus.Held ? null
                : async stopping => await live.UntilAsync(server, now => SignalEffect.IsElsewhere(now, before), s_signalEffect, time, stopping)
                    ? "OpenVPN goes on."
                    : $"Nothing of it was seen within {s_signalEffect.TotalSeconds:0} s.");
    }

    public Task<OperationResult> SignalAsync(ClaimsPrincipal caller, string server, ServerSignal signal, CancellationToken cancellationToken = default)
    {
        ServerSnapshot? before = live.Find(server);
        return RunAsync(new(caller, server, "signal") { Details = signal.ToString(), TakesProof = signal is ServerSignal.SIGTERM }, (turn, token) => turn.SignalAsync(signal, token), cancellationToken,
            async stopping =>
            {
                string? effect = null;
                await live.UntilAsync(server, now => (effect ??= SignalEffect.Of(now, before, signal)) is not null, s_signalEffect, time, stopping);
                return effect ?? $"Nothing of it was seen within {s_signalEffect.TotalSeconds:0} s.";
            });
    }

    public Task<OperationResult> VerbAsync(ClaimsPrincipal caller, string server, int level, CancellationToken cancellationToken = default)
    {
        Order order = new(caller, server, "verb") { Details = $"{level}" };
        return level is < 0 or > LogLevels.HighestSafe
            ? RefuseAsync(order, "The log level is a number from 0 to 7: from 8 on OpenVPN logs the sending of its own log, and answers nothing any more. Nothing was sent.")
            : RunAsync(order, (turn, token) => turn.VerbAsync(level, token), cancellationToken);
    }

    public Task<OperationResult> MuteAsync(ClaimsPrincipal caller, string server, int lines, CancellationToken cancellationToken = default)
    {
        Order order = new(caller, server, "mute") { Details = $"{lines}" };
        return lines < 0
            ? RefuseAsync(order, "Mute is a number of lines, 0 for never. Nothing was sent.")
            : RunAsync(order, (turn, token) => turn.MuteAsync(lines, token), cancellationToken);
    }

    public Task<OperationResult> ForgetPasswordsAsync(ClaimsPrincipal caller, string server, CancellationToken cancellationToken = default) =>
        RunAsync(new(caller, server, "forget passwords"), (turn, token) => turn.ForgetPasswordsAsync(token), cancellationToken);

    public Task<OperationResult> PushUpdateAsync(ClaimsPrincipal caller, string server, string options, SessionIdentity? session, CancellationToken cancellationToken = default)
    {
        Order order = new(caller, server, "push update") { Session = session, Details = options };
        return string.IsNullOrWhiteSpace(options) ? RefuseAsync(order, "There is nothing to push.")
            : session is not null ? RunAsync(order, (turn, token) => turn.PushUpdateAsync(session, options, token), cancellationToken)
            : RunAsync(order, (turn, token) => turn.PushUpdateAsync(options, token), cancellationToken);
    }

    public Task<OperationResult> RawAsync(ClaimsPrincipal caller, string server, string line, CancellationToken cancellationToken = default)
    {
        Order order = new(caller, server, "raw command") { Details = RawCommandRules.ForRecord(line), Policy = Policies.Administer, TakesProof = true };
        return RawCommandRules.WhyNot(line) is { } why
            ? RefuseAsync(order, why)
            : RunAsync(order, (turn, token) => turn.RawAsync(line, token), cancellationToken);
    }

    public Task<OperationResult> ReleaseSlotAsync(ClaimsPrincipal caller, string server, TimeSpan length, CancellationToken cancellationToken = default)
    {
        Order order = new(caller, server, "release slot") { Details = $"for {length}" };
        return length < SlotRelease.Shortest || length > SlotRelease.Longest
            ? RefuseAsync(order, "The slot is given up for a minute at least and a day at most. Nothing was done.")
            : RunAsync(order, session => session.ReleaseSlot(length),
                async stopping => await live.UntilAsync(server, now => now.Status is ServerStatus.Released, s_slotEffect, time, stopping)
                    ? $"The slot is free. The dashboard comes back at {time.GetUtcNow() + length:HH:mm} UTC."
                    : $"The slot was not free within {s_slotEffect.TotalSeconds:0} s.");
    }

    public Task<OperationResult> TakeSlotBackAsync(ClaimsPrincipal caller, string server, CancellationToken cancellationToken = default) =>
        RunAsync(new(caller, server, "take slot back"), session => session.TakeSlotBack(),
            async stopping => await live.UntilAsync(server, now => now.Status is not (ServerStatus.Released or ServerStatus.Connecting), s_slotEffect, time, stopping) && live.Find(server) is { } now
                ? now.Status is ServerStatus.Live or ServerStatus.Held or ServerStatus.Starting ? "The dashboard has the slot again." : now.Detail
                : $"Nothing of it was seen within {s_slotEffect.TotalSeconds:0} s.");

    public Task<OperationResult> AnswerAsync(ClaimsPrincipal caller, string server, Guid question, QuestionAnswer answer, CancellationToken cancellationToken = default)
    {
        DaemonQuestion? asked = live.Find(server)?.Questions.FirstOrDefault(open => open.Id == question);
        Order order = new(caller, server, "answer")
        {
            // What was asked, and what was chosen; never what was typed.
            Details = asked is null ? "" : $"{asked.Kind} {asked.Type}{(asked.Kind is QuestionKind.Confirmation or QuestionKind.Remote or QuestionKind.Proxy ? $" {answer.Choice} {answer.Host} {answer.Port}" : "")}".TrimEnd(),
        };
        return RunAsync(order, (turn, token) => turn.AnswerAsync(question, answer, token), cancellationToken,
            async stopping => await live.UntilAsync(server, now => now.Questions.All(open => open.Id != question) && (now.Questions.Length > 0 || now.Status is not ServerStatus.Starting), s_answerEffect, time, stopping) && live.Find(server) is { } now
                ? now.Questions is [.., var next] ? next.Refusal ?? "OpenVPN asks something else now." : now.IsLive ? "OpenVPN is connected." : now.Detail
                : $"OpenVPN works on it; after {s_answerEffect.TotalSeconds:0} s it was not through.");
    }

    public async Task<LogLevels?> ReadLogLevelsAsync(ClaimsPrincipal caller, string server, CancellationToken cancellationToken = default)
    {
        LogLevels? levels = null;
        if ((await authorization.AuthorizeAsync(caller, new ServerTarget(server), Policies.Operate)).Succeeded && fleet.Find(server) is { } session)
        {
            await session.ExecuteAsync(async (turn, token) =>
            {
                levels = await turn.ReadLogLevelsAsync(token);
                return new OperationResult(OperationOutcome.Done, "");
            }, cancellationToken);
        }
        return levels;
    }

    private static bool Lists(ServerSnapshot server, SessionIdentity session) =>
        server.Clients is not { } clients || clients.Any(client => client.Session == session.Id);

    private async Task<OperationResult> RefuseAsync(Order order, string why) =>
        Record(order, await AllowAsync(order) ?? new OperationResult(OperationOutcome.Refused, why));

    private async Task<OperationResult?> AllowAsync(Order order) =>
        !ServerAccess.Of(order.Caller).Includes(order.Server) || fleet.Find(order.Server) is null ? new(OperationOutcome.Stale, "There is no such server.")
        : !(await authorization.AuthorizeAsync(order.Caller, new ServerTarget(order.Server), order.Policy)).Succeeded ? new(OperationOutcome.Denied, "You may not do this to this server.")
        : order.TakesProof && !(await authorization.AuthorizeAsync(order.Caller, Policies.Proven)).Succeeded ? new(OperationOutcome.Denied, "It is too long ago that you gave your password. Show that it is you, then try again.")
        : null;

    private Task<OperationResult> RunAsync(
        Order order,
        Func<IServerTurn, CancellationToken, Task<OperationResult>> operation,
        CancellationToken cancellationToken,
        Func<CancellationToken, Task<string>>? lookAtEffect = null) =>
        RunOnAsync(order, session => session.ExecuteAsync(operation, cancellationToken), lookAtEffect);

    private Task<OperationResult> RunAsync(Order order, Func<ServerSession, OperationResult> operation, Func<CancellationToken, Task<string>> lookAtEffect) =>
        RunOnAsync(order, session => Task.FromResult(operation(session)), lookAtEffect);

    private async Task<OperationResult> RunOnAsync(Order order, Func<ServerSession, Task<OperationResult>> operation, Func<CancellationToken, Task<string>>? lookAtEffect)
    {
        OperationResult result =
            await AllowAsync(order) is { } refusal ? refusal
            : fleet.Find(order.Server) is not { } session ? new(OperationOutcome.Stale, "There is no such server.")
            : await operation(session);
        return result.Succeeded && lookAtEffect is not null
            ? result with { Coming = LookAndRecordAsync(order, result, lookAtEffect) }
            : Record(order, result);
    }

    // Whoever asked need not wait for it, the record does: until it is seen, or the dashboard stops.
    private async Task<string> LookAndRecordAsync(Order order, OperationResult result, Func<CancellationToken, Task<string>> lookAtEffect)
    {
        string effect;
        try
        {
            effect = await lookAtEffect(application.ApplicationStopping);
        }
        catch (OperationCanceledException)
        {
            effect = "The dashboard stopped before it was seen what came of it.";
        }
        Record(order, result with { Effect = effect });
        return effect;
    }

    private OperationResult Record(Order order, OperationResult result)
    {
        audit.Write(new AuditEntry(time.GetUtcNow(), Caller.From(order.Caller), order.Action, result.Outcome.ToString())
        {
            Server = order.Server,
            Session = order.Session,
            Details = order.Details,
            Reason = order.Reason,
            Reply = result.Reply,
            Before = result.Before,
            After = result.Effect,
        });
        return result;
    }

    /// <summary>Who wants what done to whom.</summary>
    private sealed record Order(ClaimsPrincipal Caller, string Server, string Action)
    {
        public string Policy { get; init; } = Policies.Operate;

        /// <summary>Whether a browser that was left open is not enough.</summary>
        public bool TakesProof { get; init; }

        public SessionIdentity? Session { get; init; }
        public string? Details { get; init; }
        public string? Reason { get; init; }
    }
}
