namespace Dashboard.Fleet;

/// <summary>What an event is. The numbers stand in the database.</summary>
public enum ServerEventKind
{
    /// <summary>A line of the daemon's log.</summary>
    Log = 0,

    /// <summary>A state of the daemon: <c>CONNECTED</c>, <c>RECONNECTING</c>, …</summary>
    State = 1,

    /// <summary>An echo command.</summary>
    Echo = 2,

    /// <summary>The daemon waits for a release.</summary>
    Hold = 3,

    /// <summary>Somebody was not let in: a line of the log says so, or the dashboard refused him.</summary>
    AuthFailure = 4,
}
