using Dashboard.Access.Audit;
using Dashboard.Live;

using Mgmt.Core.Connection;
using Mgmt.Core.Sockets;

using Microsoft.Extensions.Options;

namespace Dashboard.Fleet.PassThrough;

/// <summary>Listens on every pass-through socket and serves the programs that come, several at a time.</summary>
internal sealed class PassThroughService(IOptions<FleetOptions> options, FleetService fleet, LiveStore live, IAuditTrail audit, TimeProvider time, ILogger<PassThroughService> logger) : BackgroundService
{
    /// <summary>At one socket. More than that is a program that does not close its connections.</summary>
    private const int MaxPrograms = 16;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        from server in options.Value.Everyone()
        from entry in server.PassThrough
        select Task.Run(() => ListenAsync(fleet.Find(server.Name)!, entry, stoppingToken), CancellationToken.None));

    private async Task ListenAsync(ServerSession session, PassThroughOptions entry, CancellationToken stopping)
    {
        for (int failures = 0; !stopping.IsCancellationRequested;)
        {
            try
            {
                await using ManagementListener listener = await ManagementListener.ListenAsync(ManagementEndpoint.Parse(entry.Endpoint), cancellationToken: stopping);
                failures = 0;
                await AcceptAsync(listener, session, entry, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                TimeSpan delay = Backoff.Delay(++failures, Random.Shared.NextDouble());
                Log.PassThroughNotOpen(logger, session.Name, entry.Endpoint, new(e.Message, 300), delay);
                await Task.Delay(delay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task AcceptAsync(ManagementListener listener, ServerSession session, PassThroughOptions entry, CancellationToken stopping)
    {
        List<Task> programs = [];
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            while (true)
            {
                IncomingConnection arrival = await listener.AcceptAsync(stopping);
                programs.RemoveAll(static program => program.IsCompleted);
                if (programs.Count < MaxPrograms)
                {
                    programs.Add(ServeAsync(arrival, session, entry, ending.Token));
                }
                else
                {
                    Log.PassThroughFull(logger, session.Name, entry.Endpoint, MaxPrograms);
                    await arrival.DisposeAsync();
                }
            }
        }
        finally
        {
            await ending.CancelAsync(); // a socket that is opened again begins with nobody
            await Task.WhenAll(programs);
        }
    }

    private async Task ServeAsync(IncomingConnection arrival, ServerSession session, PassThroughOptions entry, CancellationToken stopping)
    {
        try
        {
            await using Stream transport = arrival.TakeTransport();
            Log.PassThroughBegins(logger, session.Name, entry.Endpoint);
            await new PassThroughTool(transport, entry, arrival.RemoteEndPoint, session, live, audit, time).RunAsync(stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            Log.PassThroughEnded(logger, session.Name, entry.Endpoint, new(e.Message, 300)); // one program's trouble is its own
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // it was told to end
        }
    }
}
