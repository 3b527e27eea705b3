using Dashboard.Live;

namespace Dashboard.Api;

/// <summary>A server as the API shows it. Rates are bytes per second; null is unknown.</summary>
internal sealed record ServerResource(
    string Name,
    string Endpoint,
    ServerStatus Status,
    DateTimeOffset StatusSince,
    string Detail,
    string Advice,
    DateTimeOffset? NextAttempt,
    DateTimeOffset? LastSeen,
    string? Version,
    int? Pid,
    string? DaemonState,
    DateTimeOffset? DaemonStateSince,
    bool? HoldFlag,
    DaemonRole Role,
    int? Clients,
    double? ReceivedRate,
    double? SentRate,
    RateSource RateSource,
    long MalformedLines,
    long UnreadableReadings,
    long WrongReadings,
    double? ClockSkewSeconds,
    DateTimeOffset AsOf)
{
    public static ServerResource From(ServerSnapshot server) => new(
        server.Name,
        server.Endpoint,
        server.Status,
        server.StatusSince,
        server.Detail,
        server.Advice,
        server.NextAttempt,
        server.LastSeen,
        server.Version,
        server.Pid,
        server.DaemonState,
        server.DaemonStateSince,
        server.HoldFlag,
        server.Role,
        server.ClientCount,
        server.ReceivedRate,
        server.SentRate,
        server.RateSource,
        server.MalformedLines,
        server.UnreadableReadings,
        server.WrongReadings,
        server.ClockSkew?.TotalSeconds,
        server.AsOf);
}
