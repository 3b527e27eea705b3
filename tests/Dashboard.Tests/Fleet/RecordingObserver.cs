using System.Collections.Concurrent;

using Dashboard.Fleet;
using Dashboard.Live;

namespace Dashboard.Tests.Fleet;

/// <summary>Writes down what a fleet reports, one line each.</summary>
internal sealed class RecordingObserver : IFleetObserver
{
    private readonly ConcurrentDictionary<SessionId, string> _names = [];

    public ConcurrentQueue<string> Reports { get; } = [];

    /// <summary>What the daemon said.</summary>
    public ConcurrentQueue<ServerEvent> Said { get; } = [];

    public void SessionSeen(SessionIdentity session, SessionDetails details, DateTimeOffset at)
    {
        _names[session.Id] = session.CommonName;
        Reports.Enqueue($"seen {session.CommonName} {details.VirtualAddress}".TrimEnd());
    }

    public void CountersReported(SessionId session, long received, long sent, DateTimeOffset at) =>
        Reports.Enqueue($"counted {_names[session]} {received} {sent}");

    public void CountersCorrected(SessionId session, long received, long sent, DateTimeOffset at) =>
        Reports.Enqueue($"corrected {_names[session]} {received} {sent}");

    public void SessionEnded(SessionId session, DateTimeOffset notBefore, DateTimeOffset notAfter, string? reason) =>
        Reports.Enqueue($"ended {_names[session]} within {(notAfter - notBefore).TotalSeconds:0} s {reason}".TrimEnd());

    public void WatchChanged(string server, bool watching, DateTimeOffset at) =>
        Reports.Enqueue(watching ? "watching" : "not watching");

    public void Happened(ServerEvent happened) => Said.Enqueue(happened);

    /// <summary>What was reported since the last call.</summary>
    public string[] Take()
    {
        List<string> taken = [];
        while (Reports.TryDequeue(out string? report))
            taken.Add(report);
        return [.. taken];
    }
}
