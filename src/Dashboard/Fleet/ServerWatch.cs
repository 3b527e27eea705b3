using System.Threading.Channels;

using Dashboard.Live;

using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;

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
    TimeProvider time)
{
    /// <summary>The live store hears of a server at most this often.</summary>
    private static readonly TimeSpan s_publishInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>A list of clients is asked for at most this often, however much happens.</summary>
    private static readonly TimeSpan s_statusAtMost = TimeSpan.FromSeconds(1);

    /// <summary>How long a removed client may stay on the list: the daemon drops it after five seconds at the latest.</summary>
    private static readonly TimeSpan s_closeLook = TimeSpan.FromSeconds(7);

    /// <summary>A storm of events must not keep an operation or the screen waiting.</summary>
    private const int MaxEventsPerStep = 1000;

    private readonly Channel<Func<Task>> _operations = Channel.CreateUnbounded<Func<Task>>(new UnboundedChannelOptions { SingleReader = true });
    private IAsyncEnumerator<ManagementEvent> _events = null!;
    private Task<bool> _nextEvent = null!;
    private Task<bool> _nextOperation = null!;
    private DateTimeOffset _lastStatus;
    private DateTimeOffset _lookCloselyUntil;
    private DateTimeOffset _lastPublished;
    private DaemonState _state;
    private bool _waitsForRelease;
    private bool _statusPending;
    private int _reports;
    private string? _fatal;

    /// <summary>The daemon's last words, if it said that it ends.</summary>
    public string? Fatal => _fatal;

    /// <summary>Returns or throws when the connection is over.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        await using IAsyncEnumerator<ManagementEvent> events = _events = connection.ReadEventsAsync(stopping).GetAsyncEnumerator(stopping);
        _nextEvent = events.MoveNextAsync().AsTask();
        _nextOperation = _operations.Reader.WaitToReadAsync(stopping).AsTask();
        try
        {
            await ResyncAsync(stopping);
            while (await StepAsync(stopping))
            {
            }
        }
        finally
        {
            _operations.Writer.TryComplete();
            while (_operations.Reader.TryRead(out Func<Task>? abandoned))
                await abandoned(); // finds the connection closed and says so
        }
    }

    /// <summary>Runs <paramref name="operation"/> on this watch's loop. A connection that is over answers as stale.</summary>
    public Task<OperationResult> ExecuteAsync(Func<ServerWatch, CancellationToken, Task<OperationResult>> operation, CancellationToken cancellationToken)
    {
        TaskCompletionSource<OperationResult> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool queued = _operations.Writer.TryWrite(async () =>
        {
            try
            {
                result.TrySetResult(await operation(this, cancellationToken));
            }
            catch (ManagementCommandException e)
            {
                result.TrySetResult(new OperationResult(OperationOutcome.Failed, e.Reply.Text));
            }
            catch (Exception e) when (e is ManagementException or OperationCanceledException)
            {
                result.TrySetResult(new OperationResult(OperationOutcome.Failed, e.Message));
            }
        });
        return queued ? result.Task : Task.FromResult(NoSession);
    }

    public static OperationResult NoSession { get; } = new(OperationOutcome.Stale, "There is no management session to this server now; nothing was sent.");

    /// <summary>Ends a client's session, if it is still the one that the operator saw.</summary>
    public async Task<OperationResult> DisconnectAsync(SessionIdentity session, DisconnectMode mode, CancellationToken cancellationToken)
    {
        if (!await ReadStatusAsync(cancellationToken))
            return new OperationResult(OperationOutcome.Failed, "OpenVPN cannot list its clients at this moment. Nothing was sent.");
        if (model.Sessions.Find(session.Cid) is not { } found || found.Identity.Id != session.Id)
            return new OperationResult(OperationOutcome.Stale, "That session is over: the client left, or came back as another session. Nothing was sent.");
        string reply = await connection.KillClientAsync(session.Cid, mode is DisconnectMode.Halt ? "HALT" : null, cancellationToken);
        _lookCloselyUntil = time.GetUtcNow() + s_closeLook;
        return new OperationResult(OperationOutcome.Done, reply);
    }

    public async Task<OperationResult> HoldAsync(HoldAction action, CancellationToken cancellationToken)
    {
        string reply = await (action switch
        {
            HoldAction.On => connection.SetHoldAsync(true, cancellationToken),
            HoldAction.Off => connection.SetHoldAsync(false, cancellationToken),
            _ => connection.ReleaseHoldAsync(cancellationToken),
        });
        if (action is HoldAction.Release)
            Released();
        else
            model.SetHoldFlag(action is HoldAction.On);
        Publish();
        return new OperationResult(OperationOutcome.Done, reply);
    }

    public async Task<OperationResult> SignalAsync(ServerSignal signal, CancellationToken cancellationToken) =>
        new(OperationOutcome.Done, await connection.SignalAsync(Daemons(signal), cancellationToken));

    // Subscriptions first, so that nothing falls between a reply and what follows it; byte counts last, so that the table
    // knows whose they are.
    private async Task ResyncAsync(CancellationToken cancellationToken)
    {
        await connection.SetStateEventsAsync(true, cancellationToken);
        VersionReply version = await connection.GetVersionAsync(cancellationToken);
        model.SetVersion(Release(version), version.OpenVpn);
        model.SetPid(await connection.GetPidAsync(cancellationToken));
        model.SetHoldFlag(await connection.GetHoldAsync(cancellationToken));
        model.ForgetLines();
        foreach (ManagementEvent.Log line in await connection.StartLogEventsAsync(cancellationToken: cancellationToken))
            model.AddLog(line);
        foreach (ManagementEvent.Echo line in await connection.StartEchoEventsAsync(cancellationToken: cancellationToken))
            model.AddEcho(line);
        if (await connection.GetStateAsync(cancellationToken) is { } state)
            Apply(state);
        await connection.SetByteCountIntervalAsync(options.ByteCountInterval, cancellationToken);
        ShowStatus();
        Publish();
    }

    /// <summary>Waits for the next thing to do and does it.</summary>
    /// <returns>False when the connection has ended.</returns>
    private async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (WantsStatus(now))
            await ReadStatusAsync(cancellationToken);
        model.Tick(now);
        if (model.Changed && now - _lastPublished >= s_publishInterval)
            Publish();

        using (var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            await Task.WhenAny(_nextEvent, _nextOperation, Task.Delay(s_publishInterval, time, waiting.Token));
            await waiting.CancelAsync();
        }

        for (int taken = 0; taken < MaxEventsPerStep && _nextEvent.IsCompleted; taken++)
        {
            if (!await TakeEventAsync())
                return false;
        }
        if (_nextOperation.IsCompletedSuccessfully && _operations.Reader.TryRead(out Func<Task>? operation))
        {
            await operation();
            _nextOperation = _operations.Reader.WaitToReadAsync(cancellationToken).AsTask();
        }
        return true;
    }

    private bool WantsStatus(DateTimeOffset now)
    {
        if (_waitsForRelease || _state is not DaemonState.Connected)
            return false; // OpenVPN refuses it while it waits or starts
        TimeSpan age = now - _lastStatus;
        return age >= options.StatusInterval || age >= s_statusAtMost && (_statusPending || now < _lookCloselyUntil);
    }

    // The reply comes as an event, in its place among the others: a byte count that stood before it is never taken for one
    // that came after, and a restart in between is noticed before its clients are.
    /// <returns>Whether the list came: OpenVPN refuses it while it restarts.</returns>
    private async Task<bool> ReadStatusAsync(CancellationToken cancellationToken)
    {
        (_lastStatus, _statusPending) = (time.GetUtcNow(), false);
        Task requested = connection.RequestStatusReportAsync(cancellationToken);
        int before = _reports;
        while (_reports == before)
        {
            if (requested.IsFaulted && requested.Exception.InnerException is ManagementCommandException)
            {
                _statusPending = true; // again after CONNECTED
                return false;
            }
            if (requested.IsFaulted || requested.IsCanceled)
                await requested;
            await Task.WhenAny(requested.IsCompleted ? _nextEvent : requested, _nextEvent);
            if (_nextEvent.IsCompleted && !await TakeEventAsync())
                throw new ManagementClosedException("The connection ended before the reply.");
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
        DateTimeOffset now = time.GetUtcNow();
        model.SetLastSeen(now);
        switch (happened)
        {
            case ManagementEvent.ByteCounts counts:
                _statusPending |= !model.Sessions.Apply(counts, now);
                break;
            case ManagementEvent.StatusReport report:
                model.Apply(report.Reply, now);
                _reports++;
                break;
            case ManagementEvent.ClientEstablished established:
                _statusPending |= !model.Sessions.Apply(established, now);
                break;
            case ManagementEvent.ClientDisconnect disconnect:
                model.Sessions.Apply(disconnect, now);
                break;
            case ManagementEvent.State state:
                Apply(state);
                ShowStatus();
                Publish();
                break;
            case ManagementEvent.Hold:
                _waitsForRelease = true;
                if (options.HoldPolicy is HoldPolicy.Release)
                    _ = ExecuteAsync(static (watch, token) => watch.HoldAsync(HoldAction.Release, token), CancellationToken.None);
                ShowStatus();
                Publish();
                break;
            case ManagementEvent.Log line:
                model.AddLog(line);
                break;
            case ManagementEvent.Echo line:
                model.AddEcho(line);
                break;
            case ManagementEvent.Fatal fatal:
                _fatal = fatal.Text;
                break;
            case ManagementEvent.Malformed malformed:
                model.AddMalformed(malformed.Line);
                break;
            case ManagementEvent.EventsDropped:
                _statusPending = true; // whatever was lost, the list knows the outcome
                break;
        }
    }

    private void Apply(ManagementEvent.State state)
    {
        DateTimeOffset now = time.GetUtcNow();
        _state = state.Kind;
        model.SetDaemonState(state.Name, state.Time);
        if (state.Kind is DaemonState.Reconnecting or DaemonState.Exiting)
            model.Sessions.EndAll($"{state.Name}: {state.Detail}", now, now);
        if (state.Kind is DaemonState.Connected)
            (_waitsForRelease, _statusPending) = (false, true);
    }

    private static ManagementSignal Daemons(ServerSignal signal) => signal switch
    {
        ServerSignal.SIGUSR1 => ManagementSignal.User1,
        ServerSignal.SIGUSR2 => ManagementSignal.User2,
        ServerSignal.SIGHUP => ManagementSignal.Hangup,
        ServerSignal.SIGTERM => ManagementSignal.Terminate,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    };

    // OpenVPN 2.8_git x86_64-pc-linux-gnu …
    private static string Release(VersionReply version) => version.OpenVpn.Split(' ') is [_, var release, ..] ? release : version.OpenVpn;

    private void Released()
    {
        _waitsForRelease = false;
        ShowStatus();
    }

    private void ShowStatus()
    {
        DateTimeOffset now = time.GetUtcNow();
        if (_waitsForRelease)
            model.SetStatus(ServerStatus.Held, "OpenVPN waits for a hold release.", "Release the hold to let the server start.", now);
        else if (_state is DaemonState.Connected)
            model.SetStatus(ServerStatus.Live, "", "", now);
        else
            model.SetStatus(ServerStatus.Starting, "OpenVPN is starting or restarting.", "", now);
    }

    private void Publish()
    {
        DateTimeOffset now = time.GetUtcNow();
        _lastPublished = now;
        live.Publish(model.Picture(now));
    }
}
