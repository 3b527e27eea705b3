using System.Collections.Frozen;

using Dashboard.Live;

using Microsoft.Extensions.Options;

namespace Dashboard.Fleet;

/// <summary>Runs one <see cref="ServerSession"/> for each configured server.</summary>
internal sealed class FleetService(
    IOptions<FleetOptions> options,
    LiveStore live,
    IEnumerable<IFleetObserver> observers,
    IClientGates gates,
    TimeProvider time,
    ILogger<FleetService> logger) : BackgroundService
{
    private readonly FrozenDictionary<string, ServerSession> _sessions = options.Value.Everyone()
        .Select(server => new ServerSession(server, live, [.. observers], time, logger) { Gate = gates.For(server) })
        .ToFrozenDictionary(session => session.Name, StringComparer.Ordinal);

    public ServerSession? Find(string server) => _sessions.GetValueOrDefault(server);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_sessions.Values.Select(session => Task.Run(() => RunAsync(session, stoppingToken), CancellationToken.None)));

    private async Task RunAsync(ServerSession session, CancellationToken stoppingToken)
    {
        for (int failures = 0; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await session.RunAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.LoopFailed(logger, e, session.Name);
                TimeSpan delay = Backoff.Delay(++failures, Random.Shared.NextDouble());
                session.ShowBroken(delay);
                await Task.Delay(delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
