using Dashboard.Live;

namespace Dashboard.Fleet;

/// <summary>
/// Learns what happens to sessions, exactly and in order. Called on a server's own loop, so it must not block or throw;
/// calls for different servers come at the same time.
/// </summary>
public interface IFleetObserver
{
    /// <summary>A session was met for the first time by this process (it may be older than the process), or what is known of it changed.</summary>
    void SessionSeen(SessionIdentity session, SessionDetails details, DateTimeOffset at);

    /// <summary>The daemon reported a session's cumulative counters, bytes since the session began.</summary>
    void CountersReported(SessionId session, long received, long sent, DateTimeOffset at);

    /// <summary>A reading that was reported turned out to be wrong: these are the counters, and they are lower.</summary>
    void CountersCorrected(SessionId session, long received, long sent, DateTimeOffset at)
    {
    }

    /// <summary>
    /// A session is over. It ended between <paramref name="notBefore"/> and <paramref name="notAfter"/>: the same instant
    /// when the end was seen, an interval when the session was merely found gone.
    /// </summary>
    void SessionEnded(SessionId session, DateTimeOffset notBefore, DateTimeOffset notAfter, string? reason);

    /// <summary>The management session to a server was opened (its sessions are being watched) or lost.</summary>
    void WatchChanged(string server, bool watching, DateTimeOffset at);

    /// <summary>The daemon said something.</summary>
    void Happened(ServerEvent happened)
    {
    }
}

/// <summary>What is known of a session beside its identity.</summary>
public sealed record SessionDetails(string? Username, string? VirtualAddress, string? VirtualAddress6, string? Platform, string? Cipher)
{
    /// <summary>Where the client is now: one that floats has another address than its session began with. Null where only that one is known.</summary>
    public string? RealAddress { get; init; }

    /// <summary>The CN of the client's certificate; empty where it has none, null where that is not known.</summary>
    public string? CertificateName { get; init; }
}
