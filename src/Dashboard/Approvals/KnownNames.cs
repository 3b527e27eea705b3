using System.Collections.Concurrent;

using Dashboard.Fleet;
using Dashboard.History.Schema;
using Dashboard.Storage;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dashboard.Approvals;

/// <summary>
/// Which names have had a tunnel on which server, for <see cref="ApprovalPolicy.ApproveKnown"/>. Read once from history and
/// kept up to date from then on, so that no request waits for the database. Whoever only knocked is not known: a session
/// without a tunnel address does not count.
/// </summary>
internal sealed class KnownNames(IOptions<FleetOptions> fleet, IDbContextFactory<DashboardDbContext> contexts, StorageState storage, TimeProvider time, ILogger<KnownNames> logger) : BackgroundService
{
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<(string Server, string CommonName), bool> _names = [];
    private volatile bool _isComplete;

    /// <summary>Null while it cannot be said: history was not read yet.</summary>
    public bool? Knows(string server, string commonName) => _names.ContainsKey((server, commonName)) ? true : _isComplete ? false : null;

    public void Add(string server, string commonName) => _names.TryAdd((server, commonName), true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string[] servers = [.. fleet.Value.Everyone().Where(server => server.Approval is ApprovalPolicy.ApproveKnown).Select(server => server.Name)];
        try
        {
            while (servers.Length > 0 && !_isComplete)
            {
                await storage.WhenReadyAsync(stoppingToken);
                if (!await TryReadAsync(servers, stoppingToken))
                    await Task.Delay(s_retryAfter, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // nobody asks any more
        }
    }

    internal async Task<bool> TryReadAsync(IReadOnlyCollection<string> servers, CancellationToken cancellationToken)
    {
        try
        {
            await using DashboardDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
            var known =
                from user in context.Set<VpnUserRow>()
                from server in context.Set<ServerRow>()
                where servers.Contains(server.Name)
                    && context.Set<SessionRow>().Any(session => session.UserId == user.Id && session.ServerId == server.Id
                        && (session.VirtualAddress != null || session.VirtualAddress6 != null))
                select new { Server = server.Name, user.CommonName };
            await foreach (var name in known.AsAsyncEnumerable().WithCancellation(cancellationToken))
                Add(name.Server, name.CommonName);
            _isComplete = true;
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.KnownNamesNotRead(logger, e);
            return false;
        }
    }
}
