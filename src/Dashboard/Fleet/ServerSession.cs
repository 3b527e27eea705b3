using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

using Dashboard.Access;
using Dashboard.Fleet.Operations;
using Dashboard.Fleet.Questions;
using Dashboard.Live;

using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;
using Mgmt.Core.Sockets;

namespace Dashboard.Fleet;

/// <summary>
/// Looks after one server for as long as the dashboard runs: connects, watches, and connects again. One loop, sole owner of
/// the server's model; whatever happens here slows no other server.
/// </summary>
internal sealed class ServerSession
{
    /// <summary>Of one that dials in: one that is silent is not OpenVPN, and stands in the way of one that is.</summary>
    private static readonly TimeSpan s_greetingOfArrival = TimeSpan.FromSeconds(5);

    /// <summary>A daemon greets at once. One that is silent for so long has another management client.</summary>
    private static readonly TimeSpan s_silenceMeansTaken = TimeSpan.FromSeconds(4);

    /// <summary>Another program may have it by then.</summary>
    private static readonly TimeSpan s_lookAtHolderAgain = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_releaseTimeout = TimeSpan.FromSeconds(2);

    private const int MaxLogged = 300;

    private readonly ServerOptions _options;
    private readonly ManagementEndpoint _endpoint;
    private readonly LiveStore _live;
    private readonly IReadOnlyList<IFleetObserver> _observers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ServerModel _model;
    private readonly SlotKeeper _slot;
    private volatile ServerWatch? _watch;
    private ManagementListener? _listener;
    private ServerTrouble? _lastTrouble;
    private ImmutableArray<Action<ManagementEvent>> _listeners = [];
    private readonly RememberedCredentials _remembered = new();

    public ServerSession(ServerOptions options, LiveStore live, IReadOnlyList<IFleetObserver> observers, TimeProvider time, ILogger logger)
    {
        _options = options;
        _endpoint = ManagementEndpoint.Parse(options.Endpoint);
        _live = live;
        _observers = observers;
        _time = time;
        _logger = logger;
        _model = new ServerModel(options, observers, time.GetUtcNow());
        _slot = new SlotKeeper(time);
        _live.Publish(_model.Picture(time.GetUtcNow()));
    }

    public string Name => _options.Name;

    /// <summary>OpenVPN dials us, and ends when its management session ends.</summary>
    private bool DialsIn => _options is ListenerOptions;

    /// <summary>Decides who comes in; null where nobody does.</summary>
    public IClientGate? Gate { get; init; }

    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                (SlotRelease? release, CancellationToken changed) = _slot.Now;
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, changed);
                if (release is null)
                    await KeepAsync(either.Token);
                else
                    await StayAwayAsync(release, either.Token);
            }
        }
        finally
        {
            if (_listener is not null)
                await _listener.DisposeAsync();
            _listener = null;
        }
    }

    /// <summary>Tells that the loop itself failed, and when it is started again.</summary>
    public void ShowBroken(TimeSpan delay) => Show(ServerTrouble.Broken, _time.GetUtcNow() + delay);

    /// <summary>Gives the slot up, or gives it up for another length of time, so that another program can have it.</summary>
    public OperationResult ReleaseSlot(TimeSpan length)
    {
        if (DialsIn)
            return new OperationResult(OperationOutcome.Refused, "This OpenVPN dials the dashboard, and ends when its management session ends. Nothing was done.");
        DateTimeOffset until = _slot.Release(length);
        Log.SlotReleased(_logger, Name, until);
        return new OperationResult(OperationOutcome.Done, "The dashboard gives the slot up.");
    }

    /// <summary>Comes back before the time is over.</summary>
    public OperationResult TakeSlotBack() => _slot.TakeBack()
        ? new OperationResult(OperationOutcome.Done, "The dashboard takes the slot back.")
        : new OperationResult(OperationOutcome.Stale, "The slot is not released; nothing was done.");

    private async Task StayAwayAsync(SlotRelease release, CancellationToken ended)
    {
        Show(ServerTrouble.Released, release.Until);
        await Task.Delay(release.Left(Moment.Now(_time)), _time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Connects and watches, again and again, until it is told to stop.</summary>
    private async Task KeepAsync(CancellationToken stopping)
    {
        for (int failures = 0; !stopping.IsCancellationRequested;)
        {
            ServerTrouble trouble;
            try
            {
                await using ManagementConnection connection = await ConnectAsync(stopping);
                ServerWatch watch = new(_options, connection, _model, _live, _time) { Gate = Gate, Questions = new QuestionDesk(_remembered, _time), Heard = Tell };
                try
                {
                    ReportWatching(true);
                    _watch = watch;
                    await watch.RunAsync(
                        established: () =>
                        {
                            failures = 0;
                            Log.Watching(_logger, Name);
                        },
                        stopping);
                    trouble = Ended(watch, new ManagementClosedException("The daemon closed the connection."));
                }
                catch (Exception e) when (!stopping.IsCancellationRequested)
                {
                    trouble = Ended(watch, e);
                }
                finally
                {
                    _watch = null;
                    ReportWatching(false);
                    await ReleaseAsync(connection);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                trouble = DialsIn && _listener is null ? ServerTrouble.CannotListen(e) : ServerTrouble.From(e, _endpoint);
                Log.ConnectionFailed(_logger, Name, new(trouble.Detail, MaxLogged), failures + 1);
            }

            _lastTrouble = trouble;
            if (_listener is not null)
                continue; // who dials next is not made to wait
            TimeSpan delay = Backoff.Delay(++failures, Random.Shared.NextDouble());
            Show(trouble, _time.GetUtcNow() + delay);
            await Task.Delay(delay, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Runs an operation between two events of this server's connection.</summary>
    public Task<OperationResult> ExecuteAsync(Func<ServerWatch, CancellationToken, Task<OperationResult>> operation, CancellationToken cancellationToken) =>
        _watch?.ExecuteAsync(operation, cancellationToken) ?? Task.FromResult(ServerWatch.NoSession);

    /// <summary>Passes on what the daemon says, on this server's loop, until the result is disposed.</summary>
    public IDisposable Listen(Action<ManagementEvent> listener)
    {
        ImmutableInterlocked.Update(ref _listeners, static (all, added) => all.Add(added), listener);
        return new Listening(() => ImmutableInterlocked.Update(ref _listeners, static (all, removed) => all.Remove(removed), listener));
    }

    private void Tell(ManagementEvent happened)
    {
        foreach (Action<ManagementEvent> listener in _listeners)
            listener(happened);
    }

    private async Task<ManagementConnection> ConnectAsync(CancellationToken stopping)
    {
        ConnectionFacts facts = new(ConnectionStage.None);
        ManagementConnectionOptions options = new()
        {
            TimeProvider = _time,
            ConnectTimeout = s_connectTimeout,
            Password = _options.PasswordFile is { Length: > 0 } file
                ? token =>
                {
                    facts = facts with { PasswordAsked = true, PasswordExposed = SecretFile.WhyExposed(file) };
                    return PasswordFile.ReadAsync(file, token);
                }
                : null,
            // Stay in line: hanging up and knocking again would fill the daemon's backlog with dead connections, and lose
            // our turn when the slot becomes free.
            GreetingTimeout = DialsIn ? s_greetingOfArrival : Timeout.InfiniteTimeSpan,
            // To hang up is to end a process that dialled in: whether it is gone, the probes of the connection tell.
            ResyncTimeout = DialsIn ? TimeSpan.FromDays(1) : new ManagementConnectionOptions().ResyncTimeout,
        };
        Stream transport = DialsIn ? await AcceptAsync(stopping) : await DialAsync(options, stopping);
        facts = new ConnectionFacts(ConnectionStage.Connected) { Peer = Peer(transport), IsClosedToOthers = _endpoint is ManagementEndpoint.Unix unix && SecretFile.IsClosedToOthers(unix.Path) };
        _model.SetConnection(facts);
        Task<ManagementConnection> opening = ManagementConnection.OpenAsync(transport, options, stopping);
        bool isTaken = false;
        while (!DialsIn && await Task.WhenAny(opening, Task.Delay(isTaken ? s_lookAtHolderAgain : s_silenceMeansTaken, _time, stopping)) != opening)
        {
            if (stopping.IsCancellationRequested)
                break; // the opening ends, too
            if (!isTaken)
                Log.SlotTaken(_logger, Name);
            isTaken = true;
            Show(ServerTrouble.SlotTaken(SlotHolder.Find(_endpoint)), nextAttempt: null);
        }
        try
        {
            ManagementConnection connection = await opening;
            facts = facts with { Stage = ConnectionStage.Greeted, Greeting = connection.Greeting };
            return connection;
        }
        catch (PasswordRequiredException)
        {
            facts = facts with { PasswordAsked = true };
            throw;
        }
        finally
        {
            _model.SetConnection(facts);
        }
    }

    private async Task<Stream> DialAsync(ManagementConnectionOptions options, CancellationToken stopping)
    {
        try
        {
            return await Dialer.ConnectAsync(_endpoint, options, stopping);
        }
        catch (EndpointUnreachableException e)
        {
            _model.SetConnection(new ConnectionFacts(ServerTrouble.StageOf(e)));
            throw;
        }
    }

    private async Task<Stream> AcceptAsync(CancellationToken stopping)
    {
        try
        {
            _listener ??= await ManagementListener.ListenAsync(_endpoint, cancellationToken: stopping);
        }
        catch (EndpointUnreachableException)
        {
            _model.SetConnection(new ConnectionFacts(ConnectionStage.NotFound));
            throw;
        }
        _model.SetConnection(new ConnectionFacts(ConnectionStage.Found));
        Show(ServerTrouble.NobodyDialled(_endpoint, _lastTrouble), nextAttempt: null);
        IncomingConnection arrival = await _listener.AcceptAsync(stopping);
        return arrival.TakeTransport();
    }

    private string? Peer(Stream transport) => transport is NetworkStream { Socket.RemoteEndPoint: IPEndPoint peer } ? peer.ToString() : (_endpoint as ManagementEndpoint.Unix)?.Path;

    // Leave the daemon as we found it. Its reply is read first: whatever is queued at an `exit` is thrown away.
    private async Task ReleaseAsync(ManagementConnection connection)
    {
        try
        {
            using CancellationTokenSource timeout = new(s_releaseTimeout, _time);
            await connection.SetByteCountIntervalAsync(TimeSpan.Zero, timeout.Token);
            await connection.CloseAsync(timeout.Token);
        }
        catch (Exception e) when (e is ManagementException or OperationCanceledException)
        {
            // It is gone already, or does not answer: closing the socket says the same.
        }
    }

    private ServerTrouble Ended(ServerWatch watch, Exception cause)
    {
        ServerTrouble trouble = ServerTrouble.From(cause, _endpoint);
        if (watch.Fatal is { } fatal)
            trouble = trouble with { Detail = $"OpenVPN ended: {fatal}" };
        Log.ConnectionLost(_logger, Name, new(trouble.Detail, MaxLogged));
        return trouble;
    }

    private void Show(ServerTrouble trouble, DateTimeOffset? nextAttempt)
    {
        DateTimeOffset now = _time.GetUtcNow();
        _model.SetStatus(trouble.Status, trouble.Detail, trouble.Advice, now, nextAttempt);
        _model.Tick(Moment.Now(_time));
        _live.Publish(_model.Picture(now));
    }

    private void ReportWatching(bool watching)
    {
        foreach (IFleetObserver observer in _observers)
            observer.WatchChanged(Name, watching, _time.GetUtcNow());
    }

    private sealed class Listening(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
