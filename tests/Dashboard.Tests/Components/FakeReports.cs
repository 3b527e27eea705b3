using System.Collections.Immutable;

using Dashboard.Access;
using Dashboard.History.Reports;
using Dashboard.Live;

namespace Dashboard.Tests.Components;

/// <summary>Notes what is asked and by whom, and answers with what a test put there. Nothing was ever, to begin with.</summary>
internal sealed class FakeReports : ITrafficReports, ISessionReports, IEventReports
{
    /// <summary>Who asked, each time.</summary>
    public List<ServerAccess> Askers { get; } = [];

    /// <summary>What was asked, each time.</summary>
    public List<object> Questions { get; } = [];

    /// <summary>What the next questions end with instead of an answer.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Holds answers back until it completes.</summary>
    public Task Delay { get; set; } = Task.CompletedTask;

    public TrafficReport? Traffic { get; set; }
    public TopReport? Top { get; set; }
    public ImmutableArray<ConcurrencyPoint> Concurrency { get; set; } = [];
    public ImmutableArray<BillingMonth> Billing { get; set; } = [];
    public Page<SessionRecord> Sessions { get; set; } = new([], null);
    public ImmutableArray<FlappingClient> Flapping { get; set; } = [];
    public ImmutableArray<ReconnectChain> Chains { get; set; } = [];
    public ImmutableArray<SharedName> Shared { get; set; } = [];
    public Page<LastSeen> Idle { get; set; } = new([], null);
    public ClientRecord? Client { get; set; }
    public Page<EventRecord> Events { get; set; } = new([], null);
    public ImmutableArray<FailedAttempts> Failed { get; set; } = [];

    public T Asked<T>() => Questions.OfType<T>().Last();

    public Task<TrafficReport> TrafficAsync(ServerAccess access, TrafficQuery query, CancellationToken cancellationToken = default) =>
        AnswerAsync(access, query, () => Traffic ?? new TrafficReport(query.Range, TrafficStep.Hour, [], []), cancellationToken);

    public Task<TopReport> TopAsync(ServerAccess access, TopQuery query, CancellationToken cancellationToken = default) =>
        AnswerAsync(access, query, () => Top ?? new TopReport(query.Range.From, query.Range.To, [], 0, 0), cancellationToken);

    public Task<ImmutableArray<ConcurrencyPoint>> ConcurrencyAsync(ServerAccess access, string? server, HistoryRange range, TimeZoneInfo zone, CancellationToken cancellationToken = default) =>
        AnswerAsync(access, range, () => Concurrency, cancellationToken);

    public Task<ImmutableArray<BillingMonth>> BillingAsync(ServerAccess access, string? server, DateOnly from, DateOnly to, CancellationToken cancellationToken = default) =>
        AnswerAsync(access, (from, to), () => Billing, cancellationToken);

    public Task<Page<SessionRecord>> FindAsync(ServerAccess access, SessionQuery query, CancellationToken cancellationToken = default) =>
        AnswerAsync(access, query, () => Sessions, cancellationToken);

    public Task<SessionRecord?> GetAsync(ServerAccess access, SessionId session, CancellationToken cancellationToken = default) =>
        AnswerAsync(access, session, () => Sessions.Items.FirstOrDefault(record => record.Session == session), cancellationToken);

    public Task<ImmutableArray<FlappingClient>> FlappingAsync(ServerAccess access, HistoryRange range, string? server, int atLeast = 5, int limit = 100, CancellationToken cancellationToken = default) =>
        AnswerAsync(access, range, () => Flapping, cancellationToken);

    public Task<ImmutableArray<ReconnectChain>> ReconnectsAsync(ServerAccess access, string commonName, HistoryRange range, string? server, TimeSpan within, CancellationToken cancellationToken = default) =>
        AnswerAsync(access, (commonName, server), () => Chains, cancellationToken);

    public Task<ImmutableArray<SharedName>> SharedNamesAsync(ServerAccess access, HistoryRange range, string? server, int limit = 100, CancellationToken cancellationToken = default) =>
        AnswerAsync(access, range, () => Shared, cancellationToken);

    public Task<Page<LastSeen>> LastSeenAsync(ServerAccess access, DateTimeOffset? idleSince, string? cursor = null, int limit = 100, CancellationToken cancellationToken = default) =>
        AnswerAsync(access, (idleSince, cursor), () => Idle, cancellationToken);

    public Task<ClientRecord?> ClientAsync(ServerAccess access, string commonName, CancellationToken cancellationToken = default) =>
        AnswerAsync(access, commonName, () => Client, cancellationToken);

    public Task<Page<EventRecord>> FindAsync(ServerAccess access, EventQuery query, CancellationToken cancellationToken = default) =>
        AnswerAsync(access, query, () => Events, cancellationToken);

    public Task<ImmutableArray<FailedAttempts>> FailedAttemptsAsync(ServerAccess access, HistoryRange range, string? server, int limit = 100, CancellationToken cancellationToken = default) =>
        AnswerAsync(access, range, () => Failed, cancellationToken);

    private async Task<T> AnswerAsync<T>(ServerAccess access, object question, Func<T> answer, CancellationToken cancellationToken)
    {
        Askers.Add(access);
        Questions.Add(question);
        await Delay.WaitAsync(cancellationToken);
        return Fault is null ? answer() : throw Fault;
    }
}
