using System.Threading.Channels;

using Dashboard.Fleet.Operations;
using Dashboard.Fleet.Questions;
using Dashboard.Live;

using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;
using Mgmt.Core.Status;

namespace Dashboard.Fleet;

/// <summary>
/// One management connection, from its greeting to its end: reads everything, keeps the model and the live store up to date,
/// and carries out operations between two events, so that nothing else ever touches the model.
/// </summary>
internal sealed class ServerWatch(
    ServerOptions options,
    ManagementConnection connection,
    ServerModel model,
    LiveStore live,
    TimeProvider time) : IServerTurn
{
    /// <summary>The live store hears of a server at most this often.</summary>
    private static readonly TimeSpan s_publishInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>A storm of events must not keep an operation or the screen waiting.</summary>
    private const int MaxEventsPerStep = 1000;

    private static readonly TimeSpan s_releaseAgainAfter = TimeSpan.FromSeconds(5);

    private readonly Channel<QueuedOperation> _operations = Channel.CreateUnbounded<QueuedOperation>(new UnboundedChannelOptions { SingleReader = true });
    private IAsyncEnumerator<ManagementEvent> _events = null!;
    private Task<bool> _nextEvent = null!;
    private Task<bool> _nextOperation = null!;
    private readonly StatusSchedule _schedule = new(options.StatusInterval, options.ByteCountInterval);
    private Moment? _lastPublished;
    private Moment _lastLook;
    private Moment? _lastRelease;
    private Moment? _startingSince;
    private DaemonState _state;
    private bool _isEstablished;
    private bool _waitsForRelease;
    private bool _hasMissed;
    private bool _mayLogOtherwise;
    private string _releaseProblem = "";
    private string? _fatal;
    private static readonly StatusReply s_past = new();

    /// <summary>The last list, until it has been waited for; then only that there was one.</summary>
    private StatusReply? _lastReport;
    private Freshness _freshness = null!;

    /// <summary>Decides who comes in; null where nobody does.</summary>
    public IClientGate? Gate { get; init; }

    /// <summary>Hears everything that the daemon says, on this loop.</summary>
    public Action<ManagementEvent>? Heard { get; init; }

    /// <summary>What the daemon waits to be told.</summary>
    public required QuestionDesk Questions { get; init; }

    /// <summary>The daemon's last words, if it said that it ends.</summary>
    public string? Fatal => _fatal;

    /// <summary>Returns or throws when the connection is over.</summary>
    /// <param name="established">Called when the daemon has told enough to be believed in.</param>
    public async Task RunAsync(Action established, CancellationToken stopping)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _events = connection.ReadEventsAsync(reading.Token).GetAsyncEnumerator(reading.Token);
        _nextEvent = _events.MoveNextAsync().AsTask();
        _nextOperation = _operations.Reader.WaitToReadAsync(reading.Token).AsTask();
        _lastLook = Now;
        _freshness = new Freshness(_schedule.LoadInterval, options.StatusInterval, Now);
        try
        {
            Gate?.Reset();
            await ResyncAsync(stopping);
            _isEstablished = true;
            established(); // before anybody sees that it is live
            PublishStatus();
            while (await StepAsync(stopping))
            {
            }
        }
        catch (ManagementClosedException)
        {
            // A command that waits hears of the end at once. What the daemon said before it is still in line, the last counters among it.
            while (await TakeEventAsync())
            {
            }
            throw;
        }
        finally
        {
            Gate?.Reset();
            model.SetWaiting([]);
            model.SetQuestions([]);
            _operations.Writer.TryComplete();
            while (_operations.Reader.TryRead(out QueuedOperation? late))
                late.Result.TrySetResult(NoSession);
            await reading.CancelAsync();
            await ((Task)_nextEvent).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // an iterator cannot be disposed while it moves
            await _events.DisposeAsync();
        }
    }

    /// <summary>Runs <paramref name="operation"/> on this watch's loop. A connection that is over answers as stale.</summary>
    /// <param name="cancellationToken">Takes it back while it waits for its turn; what has been sent is not taken back.</param>
    public Task<OperationResult> ExecuteAsync(Func<ServerWatch, CancellationToken, Task<OperationResult>> operation, CancellationToken cancellationToken)
    {
        QueuedOperation queued = new(operation, new(TaskCreationOptions.RunContinuationsAsynchronously), cancellationToken);
        return _operations.Writer.TryWrite(queued) ? queued.Result.Task : Task.FromResult(NoSession);
    }

    public static OperationResult NoSession { get; } = new(OperationOutcome.Stale, "There is no management session to this server now; nothing was sent.");

    ServerOptions IServerTurn.Options => options;

    ManagementConnection IServerTurn.Connection => connection;

    SessionTable IServerTurn.Sessions => model.Sessions;

    Task<bool> IServerTurn.ReadStatusAsync(CancellationToken cancellationToken) => ReadStatusAsync(cancellationToken);

    void IServerTurn.ExpectDeparture() => _schedule.LookClosely(Now);

    void IServerTurn.NoteHoldFlag(bool on)
    {
        model.SetHoldFlag(on);
        PublishStatus();
    }

    void IServerTurn.NoteVerb(int level) => model.SetVerb(level);

    bool IServerTurn.IsHeld => _waitsForRelease;

    bool IServerTurn.IsThrough => _state is DaemonState.Connected;

    void IServerTurn.NoteRefused(string? client, string address, string how) => model.TellRefused(client, address, how, Now.Wall);

    void IServerTurn.NoteReleased()
    {
        _waitsForRelease = false;
        PublishStatus();
    }

    private Moment Now => Moment.Now(time);

    // Subscriptions first, so that nothing falls between a reply and what follows it; byte counts last, so that the table
    // knows whose they are.
    private async Task ResyncAsync(CancellationToken cancellationToken)
    {
        model.BeginConnection(Now);
        await connection.SetStateEventsAsync(true, cancellationToken);
        VersionReply version = await connection.GetVersionAsync(cancellationToken);
        model.SetVersion(Release(version), version.OpenVpn);
        int pid = await connection.GetPidAsync(cancellationToken);
        model.SetHoldFlag(await connection.GetHoldAsync(cancellationToken));
        model.SetHoldIsExpected(options.HoldPolicy is HoldPolicy.Leave);
        int verb = await connection.GetVerbAsync(cancellationToken);
        model.SetVerb(verb);
        model.ForgetLines();
        if (verb <= LogLevels.HighestSafe)
        {
            foreach (ManagementEvent.Log line in await connection.StartLogEventsAsync(cancellationToken: cancellationToken))
                model.AddLog(line, isCached: true);
        }
        foreach (ManagementEvent.Echo line in await connection.StartEchoEventsAsync(cancellationToken: cancellationToken))
        {
            model.AddEcho(line, isCached: true);
            Questions.TakeEcho(line.Text);
        }
        ManagementEvent.State? state = await connection.GetStateAsync(cancellationToken);
        model.MeetAgain(pid, state, Now);
        if (state is not null)
            Apply(state, isCached: true);
        await ReadLoadAsync(cancellationToken);
        if (WantsStatus(Now))
            await ReadStatusAsync(cancellationToken);
        await connection.SetByteCountIntervalAsync(options.ByteCountInterval, cancellationToken);
    }

    /// <summary>Waits for the next thing to do and does it.</summary>
    /// <returns>False when the connection has ended.</returns>
    private async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        Moment now = Now;
        try
        {
            if (_hasMissed)
                await CatchUpAsync(cancellationToken);
            await WorkAtGateAsync(cancellationToken);
            await this.AnswerKnownAsync(cancellationToken);
            if (_schedule.IsLoadDue(now))
                await ReadLoadAsync(cancellationToken);
            if (WantsStatus(Now))
                await ReadStatusAsync(cancellationToken);
            await WorkAtGateAsync(cancellationToken); // whoever came while those were waited for
            if (WantsRelease(now))
                await ReleaseAsync(cancellationToken);
            if (_mayLogOtherwise)
                await ReadVerbAsync(cancellationToken);
        }
        catch (ManagementTimeoutException)
        {
            // It is shown as stale. Hanging up would lose our place in line; the connection itself ends if nothing ever comes.
            _schedule.Refused();
        }
        ShowAge();

        using (var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            await Task.WhenAny(_nextEvent, _nextOperation, Task.Delay(s_publishInterval, time, waiting.Token));
            await waiting.CancelAsync();
        }

        if (!await TakeEventsAsync())
            return false;
        if (_nextOperation.IsCompletedSuccessfully && _operations.Reader.TryRead(out QueuedOperation? operation))
        {
            await RunAsync(operation, cancellationToken);
            _nextOperation = _operations.Reader.WaitToReadAsync(cancellationToken).AsTask();
        }
        return true;
    }

    // Events were lost, and a state, a hold or a client's request is said once. What can be asked for is asked for; who
    // asked to come in is brought to ask again.
    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            _hasMissed = false; // more may be lost meanwhile
            model.BeginReplay();
            bool holds = await AnswerAsync(connection.GetHoldAsync(cancellationToken));
            model.SetHoldFlag(holds);
            if (await AnswerAsync(connection.GetStateAsync(cancellationToken)) is { } state)
            {
                Apply(state, isCached: true);
                _waitsForRelease = holds && state.Kind is (DaemonState.Connecting or DaemonState.Reconnecting);
            }
            ShowStatus();
            if (HasList)
                await ReadStatusAsync(cancellationToken);
        }
        catch (ManagementTimeoutException)
        {
            _hasMissed = true;
            throw;
        }
    }

    // Before everything that can wait: a client that is not answered is an outage.
    private async Task WorkAtGateAsync(CancellationToken cancellationToken)
    {
        if (Gate is null)
            return;
        await Gate.WorkAsync(this, cancellationToken);
        model.SetWaiting(Gate.Waiting);
    }

    private async Task RunAsync(QueuedOperation queued, CancellationToken cancellationToken)
    {
        OperationResult result;
        try
        {
            result = queued.CancellationToken.IsCancellationRequested
                ? new OperationResult(OperationOutcome.Failed, "Given up before it was sent.")
                : await queued.Operation(this, cancellationToken);
        }
        catch (ManagementCommandException e)
        {
            result = new OperationResult(OperationOutcome.Failed, e.Reply.Text);
        }
        catch (ArgumentException e)
        {
            result = new OperationResult(OperationOutcome.Refused, e.Message.Split(" (Parameter", 2)[0]); // the builder of commands would not make one of it
        }
        catch (Exception e)
        {
            result = new OperationResult(OperationOutcome.Failed, e.Message); // if the connection is over, the next event says so
        }
        queued.Result.TrySetResult(result);
    }

    /// <summary>Lets rates fall and old news look old, and tells the screens, when it is time.</summary>
    private void ShowAge()
    {
        Moment now = Now;
        model.Tick(now);
        ShowStatus();
        if (model.Changed && (_lastPublished is not { } last || now - last >= s_publishInterval))
            Publish();
    }

    /// <summary>Waits for a command's reply, and meanwhile reads on and keeps the screens up to date.</summary>
    private async Task<T> AnswerAsync<T>(Task<T> reply)
    {
        while (!reply.IsCompleted)
        {
            using var waiting = new CancellationTokenSource();
            await Task.WhenAny(reply, _nextEvent, Task.Delay(s_publishInterval, time, waiting.Token));
            await waiting.CancelAsync();
            if (!await TakeEventsAsync())
                throw new ManagementClosedException("The connection ended before the reply.");
            ShowAge();
        }
        return await reply;
    }

    // Also the sign of life of a held or starting daemon, that says nothing by itself.
    private async Task ReadLoadAsync(CancellationToken cancellationToken)
    {
        _schedule.LoadAsked(Now);
        try
        {
            LoadStats load = await AnswerAsync(connection.GetLoadStatsAsync(cancellationToken));
            bool nothingMoved = _schedule.Take(load);
            model.Apply(load, Now);
            _freshness.Heard(Now);
            model.SetLastSeen(Now.Wall);
            if (nothingMoved && HasList)
            {
                _freshness.Listed(Now);
                model.ConfirmSessions(Now);
            }
        }
        catch (ManagementCommandException)
        {
            _freshness.Heard(Now); // a refusal is an answer too
        }
        catch (ManagementProtocolException e)
        {
            _freshness.Heard(Now);
            model.AddUnreadable(e.Message);
        }
    }

    // SIGHUP brings the configured level back.
    private async Task ReadVerbAsync(CancellationToken cancellationToken)
    {
        _mayLogOtherwise = false;
        model.SetVerb(await AnswerAsync(connection.GetVerbAsync(cancellationToken)));
    }

    private bool WantsRelease(Moment now) =>
        _waitsForRelease && options.HoldPolicy is HoldPolicy.Release && (_lastRelease is not { } last || now - last >= s_releaseAgainAfter);

    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        _lastRelease = Now;
        try
        {
            await this.HoldAsync(HoldAction.Release, cancellationToken);
            _releaseProblem = "";
        }
        catch (ManagementCommandException e)
        {
            _releaseProblem = $" It was not released: {e.Reply.Text}.";
            ShowStatus();
        }
    }

    /// <summary>OpenVPN refuses most commands while it waits or starts.</summary>
    private bool IsUp => !_waitsForRelease && _state is DaemonState.Connected;

    /// <summary>A client has no list of clients.</summary>
    private bool HasList => IsUp && model.Role is not DaemonRole.Client;

    private bool WantsStatus(Moment now) => HasList && _schedule.IsDue(now);

    // The reply comes as an event, in its place among the others: a byte count that stood before it is never taken for one
    // that came after, and a restart in between is noticed before its clients are.
    /// <returns>Whether everybody in the table is known to be there: OpenVPN refuses the list while it restarts.</returns>
    private async Task<bool> ReadStatusAsync(CancellationToken cancellationToken)
    {
        long changes = model.Sessions.Changes;
        DateTimeOffset before = model.SessionsAsOf;
        _schedule.Asked(Now);
        StatusReply reply;
        try
        {
            reply = await AnswerAsync(connection.RequestStatusReportAsync(cancellationToken));
        }
        catch (ManagementCommandException)
        {
            _freshness.Heard(Now);
            _schedule.Refused();
            return false;
        }
        // Until this very reply has come by: one that somebody gave up waiting for may still be on its way.
        while (!ReferenceEquals(_lastReport, reply))
        {
            if (!await TakeEventAsync())
                throw new ManagementClosedException("The connection ended before the reply.");
        }
        _lastReport = s_past; // a list of thousands is not kept until the next one
        bool isWhole = reply.IsComplete || await ReadNamesAsync(before, cancellationToken);
        _schedule.Answered(model.Sessions.Changes != changes, reply is { Clients: [], IsComplete: true });
        return isWhole;
    }

    // A row that is too long cuts the list off. The short form has no user names to be too long, and no CIDs: it tells who is
    // gone of those who stand behind that row.
    private async Task<bool> ReadNamesAsync(DateTimeOffset lastSeen, CancellationToken cancellationToken)
    {
        try
        {
            StatusReply names = await AnswerAsync(connection.GetStatusAsync(StatusVersion.One, cancellationToken));
            if (names.IsComplete)
                model.Sessions.EndAbsent(names, lastSeen, Now);
            return names.IsComplete;
        }
        catch (ManagementCommandException)
        {
            return false;
        }
    }

    private async Task<bool> TakeEventsAsync()
    {
        Moment now = Now;
        if (now - _lastLook > 2 * options.ByteCountInterval)
            model.RestartRates(now); // a command that was long in coming back: what waits for us came at some time in between
        _lastLook = now;
        for (int taken = 0; taken < MaxEventsPerStep && _nextEvent.IsCompleted; taken++)
        {
            if (!await TakeEventAsync())
                return false;
        }
        return true;
    }

    private async Task<bool> TakeEventAsync()
    {
        if (!await _nextEvent)
            return false;
        Apply(_events.Current);
        _nextEvent = _events.MoveNextAsync().AsTask();
        return true;
    }

    private void Apply(ManagementEvent happened)
    {
        if (happened is ManagementEvent.Closed)
            return; // not the daemon's word: the exception that follows is told
        Moment now = Now;
        model.SetLastSeen(now.Wall);
        Gate?.Take(happened);
        _freshness.Heard(now);
        LearnClientAuth(happened);
        LearnRole(happened);
        Questions.Take(happened);
        Heard?.Invoke(happened);
        switch (happened)
        {
            case ManagementEvent.StatusReport report:
                model.Apply(report.Reply, now);
                _lastReport = report.Reply;
                _freshness.Listed(now);
                break;
            // Before this connection's first list the table may be of another run of the daemon, whose CIDs mean others.
            case ManagementEvent.ClientEstablished established when _lastReport is null:
                model.Sessions.Remember(established);
                _schedule.Want();
                break;
            case ManagementEvent.ByteCounts or ManagementEvent.ClientDisconnect when _lastReport is null:
                _schedule.Want();
                break;
            case ManagementEvent.ProcessByteCount count:
                model.Apply(count, now);
                break;
            case ManagementEvent.ByteCounts counts:
                if (!model.Apply(counts, now))
                    _schedule.Want();
                break;
            case ManagementEvent.ClientEstablished established:
                if (!model.Sessions.Apply(established, now))
                    _schedule.Want();
                break;
            case ManagementEvent.ClientDisconnect disconnect:
                model.Sessions.Apply(disconnect, now);
                break;
            case ManagementEvent.State state:
                Apply(state);
                PublishStatus();
                break;
            case ManagementEvent.Hold hold:
                model.Tell(ServerEventKind.Hold, now.Wall, Secrets.Mask(hold.Text));
                _waitsForRelease = true;
                PublishStatus();
                break;
            case ManagementEvent.Log line:
                if (model.AddLog(line))
                    _schedule.Want();
                break;
            case ManagementEvent.Echo line:
                model.AddEcho(line);
                break;
            case ManagementEvent.Fatal fatal:
                _fatal = Secrets.Mask(fatal.Text);
                break;
            case ManagementEvent.Malformed malformed:
                model.AddMalformed(malformed.Line);
                if (malformed.Line.StartsWith("BYTECOUNT", StringComparison.Ordinal))
                    model.AddUnreadable(malformed.Line);
                break;
            case ManagementEvent.EventsDropped:
                _hasMissed = true;
                _lastReport = null; // after a restart that nobody saw, CIDs mean others
                Gate?.Reset();
                break;
        }
    }

    // Nothing asks for it. With management-client-auth each ESTABLISHED follows a CONNECT or its ADDRESS; without it stands alone.
    private void LearnClientAuth(ManagementEvent happened)
    {
        switch (happened)
        {
            case ManagementEvent.ClientConnect or ManagementEvent.ClientReauth or ManagementEvent.ClientAddress or ManagementEvent.ClientDisconnect when model.ClientAuth is not true:
                model.SetClientAuth(true);
                break;
            case ManagementEvent.ClientEstablished when model.ClientAuth is null:
                model.SetClientAuth(false);
                break;
        }
    }

    // Servers never say most of the states, and never a byte count of the process.
    private void LearnRole(ManagementEvent happened)
    {
        switch (happened)
        {
            case ManagementEvent.StatusReport { Reply.Process: null } or ManagementEvent.ByteCounts or ManagementEvent.ClientConnect or ManagementEvent.ClientEstablished:
                model.SetRole(DaemonRole.Server);
                break;
            case ManagementEvent.StatusReport or ManagementEvent.ProcessByteCount or ManagementEvent.RemoteQuery or ManagementEvent.ProxyQuery:
            case ManagementEvent.State { Kind: DaemonState.Resolve or DaemonState.TcpConnect or DaemonState.Wait or DaemonState.Auth or DaemonState.GetConfig or DaemonState.AuthPending }:
                model.SetRole(DaemonRole.Client);
                break;
        }
    }

    private void Apply(ManagementEvent.State state, bool isCached = false)
    {
        model.SetOwnAddresses(state);
        model.Tell(ServerEventKind.State, state.Time, Secrets.Mask(state.Detail.Length > 0 ? $"{state.Name}: {state.Detail}" : state.Name), isCached);
        _state = state.Kind;
        model.SetDaemonState(state.Name, state.Time);
        if (state.Kind is DaemonState.Reconnecting or DaemonState.Exiting)
            model.EndSessions($"{state.Name}: {state.Detail}", Now);
        if (state.Kind is DaemonState.Connected)
        {
            _waitsForRelease = false;
            _schedule.Want();
            _mayLogOtherwise = !isCached;
        }
    }

    // OpenVPN 2.8_git x86_64-pc-linux-gnu …
    private static string Release(VersionReply version) => version.OpenVpn.Split(' ') is [_, var release, ..] ? release : version.OpenVpn;

    private void ShowStatus()
    {
        model.SetQuestions(Questions.Shown);
        Moment now = Now;
        (ServerStatus status, string detail, string advice) =
            _freshness.Trouble(now, HasList) is { } trouble ? (trouble.Status, trouble.Detail, trouble.Advice)
            : _waitsForRelease ? (ServerStatus.Held, "OpenVPN waits for a hold release: no client can connect." + _releaseProblem, "Release the hold to let the server start.")
            : !_isEstablished ? (ServerStatus.Connecting, "OpenVPN is asked what it is doing.", "")
            : _state is DaemonState.Connected ? (ServerStatus.Live, "", "")
            : !Questions.Shown.IsEmpty ? (ServerStatus.Starting, "OpenVPN waits for an answer, and does nothing until it has it.", "Answer its question on the server’s page.")
            : model.Role is DaemonRole.Client ? (ServerStatus.Starting, "OpenVPN is connecting to its server or peer.", "Nothing needs doing; its log tells how far it gets.")
            : (ServerStatus.Starting, "OpenVPN is starting or restarting.", "Clients can connect when it is through; nothing needs doing.");
        _startingSince = status is ServerStatus.Starting && Questions.Shown.IsEmpty ? _startingSince ?? now : null;
        bool isOverdue = _startingSince is { } since && now - since >= options.StartLimit;
        if (isOverdue)
        {
            (detail, advice) = model.Role is DaemonRole.Client
                ? ($"OpenVPN has found no server or peer for more than {options.StartLimit.TotalSeconds:0} s.", "See its log, and whether the other side runs and can be reached by that address, port and protocol.")
                : ($"OpenVPN has been starting or restarting for more than {options.StartLimit.TotalSeconds:0} s.", "See its log for what it waits for.");
        }
        model.SetStatus(status, detail, advice, now.Wall, isOverdue: isOverdue);
    }

    /// <summary>At once: what an operator waits for.</summary>
    private void PublishStatus()
    {
        ShowStatus();
        Publish();
    }

    private void Publish()
    {
        Moment now = Now;
        _lastPublished = now;
        live.Publish(model.Picture(now.Wall));
    }

    private sealed record QueuedOperation(
        Func<ServerWatch, CancellationToken, Task<OperationResult>> Operation,
        TaskCompletionSource<OperationResult> Result,
        CancellationToken CancellationToken);
}
