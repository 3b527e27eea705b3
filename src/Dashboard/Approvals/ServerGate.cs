using System.Collections.Immutable;

using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

using Mgmt.Core;
using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;
using Mgmt.Core.Status;

namespace Dashboard.Approvals;

/// <summary>
/// Stands at the door of one server. Where OpenVPN asks us (<c>management-client-auth</c>) it answers by policy, or puts
/// the client before a person; where it does not, it can only send away who is blocked, each time he comes back.
/// </summary>
internal sealed class ServerGate(ServerOptions options, BlockList blocks, KnownNames known, IAuditTrail audit, TimeProvider time) : IClientGate
{
    /// <summary>A session that was told to go is told again after so long, and no sooner.</summary>
    private static readonly TimeSpan s_restraint = TimeSpan.FromSeconds(10);

    private const int MaxDecisions = 200;

    private readonly Dictionary<ClientId, OpenRequest> _open = [];
    private readonly Dictionary<ClientId, AuthRequest> _letIn = [];
    private readonly Dictionary<SessionId, Moment> _sentAway = [];
    private readonly RefusalBrake _recorded = new();

    /// <summary>The approved requests of clients whose leaving has not been seen.</summary>
    private readonly Dictionary<ClientId, Guid> _approved = [];

    private ImmutableList<Decision> _decisions = [];
    private bool _isNew = true;
    private bool _needsWholeEnvironment = true;
    private (int Blocks, long Sessions) _seen = (-1, -1);
    private Moment? _lookAgain;

    public ImmutableArray<WaitingClient> Waiting { get; private set; } = [];

    private Moment Now => Moment.Now(time);

    /// <summary>Another connection cannot answer for this one: a client that still waits is brought to ask again.</summary>
    public void Reset()
    {
        Forget();
        (_isNew, _needsWholeEnvironment, _seen, _lookAgain) = (true, true, (-1, -1), null);
        _sentAway.Clear();
    }

    public void Take(ManagementEvent happened)
    {
        switch (happened)
        {
            case ManagementEvent.ClientConnect connect:
                _letIn.Remove(connect.Client);
                _approved.Remove(connect.Client);
                Open(AuthRequest.From(connect.Client, connect.Key, isReauthentication: false, connect.Environment));
                break;
            case ManagementEvent.ClientReauth reauth:
                Open(AuthRequest.From(reauth.Client, reauth.Key, isReauthentication: true, reauth.Environment));
                break;
            case ManagementEvent.ClientEstablished established:
                LetIn(established.Client);
                break;
            case ManagementEvent.ClientDisconnect disconnect:
                _letIn.Remove(disconnect.Client);
                if (_approved.Remove(disconnect.Client, out Guid approved))
                    Note(approved, ClientOutcome.Left);
                if (_open.GetValueOrDefault(disconnect.Client) is { } over)
                    GiveUp(over);
                break;
            case ManagementEvent.Log line when RefusalLog.Parse(line.Text) is { } refused:
                Withdraw(refused);
                break;
            case ManagementEvent.StatusReport { Reply: { IsComplete: true, Process: null } list } when _open.Count > 0:
                GiveUpOnAbsent(list);
                break;
            case ManagementEvent.State { Kind: DaemonState.Reconnecting or DaemonState.Exiting }:
                foreach (Guid request in _approved.Values)
                    Note(request, ClientOutcome.Left);
                Forget(); // CIDs begin again
                break;
            case ManagementEvent.State { Kind: DaemonState.Connected }:
                _needsWholeEnvironment = true; // it may have refused before
                break;
        }
    }

    public async Task WorkAsync(IServerTurn turn, CancellationToken cancellationToken)
    {
        if (_needsWholeEnvironment && options.Approval is not ApprovalPolicy.Leave)
            await AskForWholeEnvironmentAsync(turn, cancellationToken);
        if (_open.Count > 0)
        {
            foreach (OpenRequest open in _open.Values.ToArray())
                await WorkAsync(turn, open, cancellationToken);
            ShowWaiting();
        }
        if (_isNew)
        {
            _isNew = false;
            await BringBackMissedAsync(turn, cancellationToken);
        }
        await SendAwayBlockedAsync(turn, cancellationToken);
    }

    /// <summary>Answers a request as a person wants it. The first answer counts; the next person is told whose it was.</summary>
    public async Task<OperationResult> DecideAsync(IServerTurn turn, Guid id, bool approve, string? reason, string by, CancellationToken cancellationToken)
    {
        if (_open.Values.FirstOrDefault(open => open.Id == id) is not { } open)
            return new OperationResult(OperationOutcome.Stale, FindDecision(id).WhyOver());
        OperationResult result = approve
            ? await ApproveAsync(turn, open, by, cancellationToken)
            : await DenyAsync(turn, open, reason is { Length: > 0 } ? reason : "Denied by an operator", by, cancellationToken);
        ShowWaiting();
        return result;
    }

    /// <summary>How a request was answered; null when it was not, or long ago. From any thread.</summary>
    public Decision? FindDecision(Guid id) => Volatile.Read(ref _decisions).FindLast(decision => decision.Request == id);

    // One that replaces another has waited as long as that: no client puts its deadline off by asking anew.
    private void Open(AuthRequest request)
    {
        OpenRequest[] earlier = [.. _open.Values.Where(open => open.Request.Client == request.Client
            || (!request.IsReauthentication && !open.Request.IsReauthentication && request.IsSameDevice(open.Request)))];
        foreach (OpenRequest replaced in earlier)
        {
            request = request with { HardwareAddress = request.HardwareAddress ?? replaced.Request.HardwareAddress };
            End(replaced, RequestEnd.Replaced);
        }
        _open[request.Client] = new OpenRequest(request, earlier.Length == 0 ? Now : earlier.MinBy(open => open.Since.Steady)!.Since);
    }

    // One that is refused by its ccd is said to leave first and to be established then: it is not among those by then.
    private void LetIn(ClientId client)
    {
        if (_letIn.TryGetValue(client, out AuthRequest? request) && request.IsProven)
            known.Add(options.Name, request.CommonName);
        if (_approved.TryGetValue(client, out Guid approved))
            Note(approved, ClientOutcome.Connected);
        if (_open.GetValueOrDefault(client) is { Request.IsReauthentication: false } open)
            End(open, RequestEnd.LetInElsewhere);
    }

    // The daemon's own refusal holds whatever is answered.
    private void Withdraw(RealAddress refused)
    {
        OpenRequest[] open = [.. _open.Values.Where(open => RefusalLog.AreSame(refused, new RealAddress(open.Request.RealAddress)))];
        if (open is [var only])
        {
            End(only, RequestEnd.RefusedByServer);
            return;
        }
        AuthRequest[] answered = [.. _letIn.Values.Where(request => RefusalLog.AreSame(refused, new RealAddress(request.RealAddress)))];
        if (answered is [var request] && _approved.Remove(request.Client, out Guid approved))
            Note(approved, ClientOutcome.Refused);
    }

    private void End(OpenRequest open, RequestEnd end, string by = "")
    {
        Remember(open, end, by);
        GiveUp(open);
    }

    private void Remember(OpenRequest open, RequestEnd end, string by)
    {
        ImmutableList<Decision> decisions = _decisions.Count < MaxDecisions ? _decisions : _decisions.RemoveAt(0);
        Volatile.Write(ref _decisions, decisions.Add(new Decision(open.Id, end, by)));
    }

    private void Note(Guid request, ClientOutcome outcome)
    {
        if (_decisions.FindLast(decision => decision.Request == request) is { } decision)
            Volatile.Write(ref _decisions, _decisions.Replace(decision, decision with { Outcome = outcome }));
    }

    private async Task WorkAsync(IServerTurn turn, OpenRequest open, CancellationToken cancellationToken)
    {
        if (open.Verdict is null or Verdict.Ask) // what is known or blocked may have changed while it waits
            open.Verdict = Decide(turn, open.Request);
        switch (open.Verdict)
        {
            case Verdict.Leave:
                _open.Remove(open.Request.Client);
                break;
            case Verdict.Approve:
                await ApproveAsync(turn, open, Caller.Dashboard.Name, cancellationToken);
                break;
            case Verdict.Deny deny:
                OperationResult denied = await DenyAsync(turn, open, DaemonText.Fit(deny.Reason), Caller.Dashboard.Name, cancellationToken);
                if (deny.Block is { } block)
                    Record("keep out", null, open.Request.Client, open.Request.Names, open.Request.RealAddress, block, denied);
                break;
            case Verdict.Ask when Now - open.Since >= options.ApprovalDeadline:
                await DecideByDefaultAsync(turn, open, cancellationToken);
                break;
            case Verdict.Ask when !open.IsToldOrCannot:
                await TellAsync(turn, open, cancellationToken);
                break;
        }
    }

    private Verdict Decide(IServerTurn turn, AuthRequest request) => ApprovalRules.Decide(
        options.Approval,
        request,
        blocks.Find(options.Name, request.Names),
        known.Knows(options.Name, request.CommonName),
        IsLetIn(turn, request));

    // By us; or before we were here: its tunnel is up. Its name may be another one by now (username-as-common-name, a server
    // without certificates): OpenVPN itself lets no other user take a connection over.
    private bool IsLetIn(IServerTurn turn, AuthRequest request) =>
        _letIn.ContainsKey(request.Client) || (turn.Sessions.Find(request.Client) is { } session && HasTunnel(session));

    private async Task DecideByDefaultAsync(IServerTurn turn, OpenRequest open, CancellationToken cancellationToken)
    {
        bool approve = options.ApprovalDefault is ApprovalDefault.Approve;
        OperationResult result = approve
            ? await ApproveAsync(turn, open, "the deadline", cancellationToken)
            : await DenyAsync(turn, open, "Nobody decided in time", "the deadline", cancellationToken);
        audit.Write(new AuditEntry(time.GetUtcNow(), Caller.Dashboard, approve ? "approve" : "deny", result.Outcome.ToString())
        {
            Server = options.Name,
            CommonName = open.Request.CommonName,
            Details = $"CID {open.Request.Client.Value} from {open.Request.RealAddress}: nobody decided within {options.ApprovalDeadline.TotalSeconds:0} s",
            Reply = result.Reply,
        });
    }

    // client-auth takes the client's own options along; at a REAUTH they are in force already.
    private async Task<OperationResult> ApproveAsync(IServerTurn turn, OpenRequest open, string by, CancellationToken cancellationToken)
    {
        AuthRequest request = open.Request;
        OperationResult result = await AnswerAsync(open, approved: true, by, () =>
            !request.IsReauthentication && options.Clients.TryGetValue(request.CommonName, out IList<string>? lines)
                ? turn.Connection.ApproveClientAsync(request.Client, request.Key, [.. lines], cancellationToken)
                : turn.Connection.ApproveClientAsync(request.Client, request.Key, cancellationToken));
        if (result.Succeeded)
            _letIn[request.Client] = request;
        return result;
    }

    private async Task<OperationResult> DenyAsync(IServerTurn turn, OpenRequest open, string reason, string by, CancellationToken cancellationToken)
    {
        AuthRequest request = open.Request;
        OperationResult result = await AnswerAsync(open, approved: false, by, () => turn.Connection.DenyClientAsync(request.Client, request.Key, reason, reason, cancellationToken));
        if (result.Succeeded)
        {
            string how = $"{(request.IsReauthentication ? "its new keys were refused" : "not let in")} by {by}: {reason}";
            turn.Sessions.Killed(request.Client, how);
            turn.NoteRefused(request.Names.Shown, request.RealAddress, how);
        }
        return result;
    }

    // Whatever the daemon says to it, a request is answered once: "ERROR" means that it knows the client no more.
    private async Task<OperationResult> AnswerAsync(OpenRequest open, bool approved, string by, Func<Task<string>> send)
    {
        _open.Remove(open.Request.Client);
        try
        {
            string reply = await send();
            Answered();
            return new OperationResult(OperationOutcome.Done, reply);
        }
        catch (ManagementCommandException e)
        {
            return new OperationResult(OperationOutcome.Failed, e.Reply.Text); // nobody has decided anything
        }
        catch (ManagementTimeoutException)
        {
            Answered(); // it may yet be done
            throw;
        }

        void Answered()
        {
            Remember(open, approved ? RequestEnd.Approved : RequestEnd.Denied, by);
            if (approved && !open.Request.IsReauthentication)
                _approved[open.Request.Client] = open.Id;
        }
    }

    // Only a text can be shown without a page of ours that the client could reach: WEB_AUTH and OPEN_URL need one.
    private async Task TellAsync(IServerTurn turn, OpenRequest open, CancellationToken cancellationToken)
    {
        open.IsToldOrCannot = true;
        if (!open.Request.SingleSignOnMethods.Contains("crtext", StringComparer.Ordinal))
            return;
        TimeSpan left = options.ApprovalDeadline - (Now - open.Since);
        try
        {
            await turn.Connection.DeferClientAsync(open.Request.Client, open.Request.Key,
                new PendingAuthRequest.CrText("An operator has been asked to let you in. Please wait.", NeedsResponse: false),
                left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1), cancellationToken);
            open.IsTold = true;
        }
        catch (ManagementCommandException)
        {
            // It then waits without knowing why.
        }
    }

    // At another level a client can name itself. OpenVPN refuses the command while it waits or starts: nobody connects then.
    private async Task AskForWholeEnvironmentAsync(IServerTurn turn, CancellationToken cancellationToken)
    {
        _needsWholeEnvironment = false;
        try
        {
            await turn.Connection.SetEnvironmentFilterAsync(0, cancellationToken);
        }
        catch (ManagementCommandException)
        {
            // again after CONNECTED
        }
    }

    // A CONNECT is said once, to whoever listens. Who asked while nobody did would wait for his own timeout: told to
    // restart, he asks again.
    private async Task BringBackMissedAsync(IServerTurn turn, CancellationToken cancellationToken)
    {
        if (options.Approval is ApprovalPolicy.Leave || !turn.Sessions.All.Any(IsMissed) || !await turn.ReadStatusAsync(cancellationToken))
            return;
        foreach (TrackedSession session in turn.Sessions.All.Where(IsMissed).ToArray())
            await TryKillAsync(turn, session, null, "sent to ask again: it had asked while nobody answered", cancellationToken);
    }

    private bool IsMissed(TrackedSession session) =>
        !HasTunnel(session) && session.Names.Shown is not null && !_open.ContainsKey(session.Identity.Cid) && !_letIn.ContainsKey(session.Identity.Cid);

    private async Task SendAwayBlockedAsync(IServerTurn turn, CancellationToken cancellationToken)
    {
        if (blocks.IsEmpty || ((blocks.Version, turn.Sessions.Changes) == _seen && (_lookAgain is not { } again || Now - again < s_restraint)))
            return;
        (_seen, _lookAgain) = ((blocks.Version, turn.Sessions.Changes), null);
        if (!turn.Sessions.All.Any(IsUnwelcome))
            return;
        _lookAgain = Now;
        foreach (TrackedSession session in turn.Sessions.All.Where(session => turn.Sessions.IsKilled(session.Identity.Cid)))
            _sentAway.TryAdd(session.Identity.Id, Now); // it was told a moment ago, by whoever made the block
        if (!turn.Sessions.All.Any(IsToBeTold) || !await turn.ReadStatusAsync(cancellationToken)) // CIDs may mean others by now
            return;
        foreach (TrackedSession session in turn.Sessions.All.Where(IsToBeTold).ToArray())
        {
            _sentAway[session.Identity.Id] = Now;
            Block? block = blocks.Find(options.Name, session.Names);
            // Told to restart it would be back, and connected for a moment, every other second.
            OperationResult result = await TryKillAsync(turn, session, "HALT", $"kept out (block by {block?.CreatedBy})", cancellationToken);
            if (block is not null)
                Record("send away", session.Identity, session.Identity.Cid, session.Names, session.RealAddress, block, result);
        }
        turn.ExpectDeparture();
        foreach (SessionId gone in _sentAway.Keys.Except(turn.Sessions.All.Select(session => session.Identity.Id)).ToArray())
            _sentAway.Remove(gone);
    }

    // Where we are asked, who has no tunnel is still being decided about, or was just denied.
    private bool IsUnwelcome(TrackedSession session) =>
        (options.Approval is ApprovalPolicy.Leave || HasTunnel(session)) && blocks.Find(options.Name, session.Names) is not null;

    private bool IsToBeTold(TrackedSession session) =>
        IsUnwelcome(session) && (!_sentAway.TryGetValue(session.Identity.Id, out Moment told) || Now - told >= s_restraint);

    private static async Task<OperationResult> TryKillAsync(IServerTurn turn, TrackedSession session, string? message, string how, CancellationToken cancellationToken)
    {
        try
        {
            string reply = await turn.Connection.KillClientAsync(session.Identity.Cid, message, cancellationToken);
            turn.Sessions.Killed(session.Identity.Cid, how);
            return new OperationResult(OperationOutcome.Done, reply);
        }
        catch (ManagementCommandException e)
        {
            return new OperationResult(OperationOutcome.Failed, e.Reply.Text);
        }
    }

    private void Record(string action, SessionIdentity? session, ClientId client, ClientNames names, string address, Block block, OperationResult result)
    {
        string who = string.Join(", ", new[] { names.Certificate is { } certificate ? $"certificate {certificate}" : null, names.Username is { } user ? $"user {user}" : null }.OfType<string>());
        if (!_recorded.Take(block.Id, $"{who}\n{AuthRequest.HostOf(address)}", Now))
            return;
        audit.Write(new AuditEntry(time.GetUtcNow(), Caller.Dashboard, action, result.Outcome.ToString())
        {
            Server = options.Name,
            Session = session,
            CommonName = names.Shown,
            Details = $"CID {client.Value} from {address}: {who}; block of {block.Name} by {block.CreatedBy}; further attempts within {RefusalBrake.Interval.TotalMinutes:0} minutes are not recorded",
            Reason = block.Reason,
            Reply = result.Reply,
        });
    }

    // A client that never got in leaves without a word.
    private void GiveUpOnAbsent(StatusReply list)
    {
        HashSet<ClientId?> listed = [.. list.Clients.Select(client => client.Id)];
        foreach (OpenRequest open in _open.Values.ToArray())
        {
            if (listed.Contains(open.Request.Client))
                open.WasListed = true;
            else if (open.WasListed)
                GiveUp(open);
        }
    }

    private void GiveUp(OpenRequest open)
    {
        _open.Remove(open.Request.Client);
        ShowWaiting();
    }

    private void Forget()
    {
        _open.Clear();
        _letIn.Clear();
        _approved.Clear();
        ShowWaiting();
    }

    private void ShowWaiting()
    {
        ImmutableArray<WaitingClient> waiting = [.. _open.Values.Where(open => open.Verdict is Verdict.Ask).OrderBy(open => open.Since.Wall).Select(open => open.Picture(options))];
        if (!waiting.SequenceEqual(Waiting))
            Waiting = waiting;
    }

    private static bool HasTunnel(TrackedSession session) => session.Details is not { VirtualAddress: null, VirtualAddress6: null };
}
