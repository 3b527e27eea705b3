using Mgmt.Core;

namespace Dashboard.Fleet;

/// <summary>
/// Remembers what the log said about leaving until a session is found gone. Nothing is kept for long: strangers decide how
/// much is said.
/// </summary>
internal sealed class DepartureReasons
{
    private const int MaxNotes = 10_000;
    private const string OverManagement = "ended over the management interface";

    private readonly Dictionary<string, string> _ended = new(StringComparer.Ordinal);   // by NAME/ADDRESS
    private readonly HashSet<string> _tookLeave = new(StringComparer.Ordinal);          // by NAME/ADDRESS
    private readonly HashSet<string> _replaced = new(StringComparer.Ordinal);           // by name
    private readonly HashSet<string> _killedNames = new(StringComparer.Ordinal);
    private readonly Dictionary<ClientId, string> _killed = [];                         // by whom

    /// <summary>Takes a line of the log.</summary>
    /// <param name="line">As the daemon wrote it.</param>
    /// <param name="isCached">From before this connection, perhaps from before a restart: CIDs in it may have meant others.</param>
    /// <returns>Whether it tells of somebody's leaving.</returns>
    public bool Read(string line, bool isCached = false)
    {
        if (DepartureLog.Parse(line) is not { } note || (isCached && note is DepartureNote.Killed))
            return false;
        if (_ended.Count + _tookLeave.Count + _replaced.Count + _killedNames.Count + _killed.Count >= MaxNotes)
            Clear();
        switch (note)
        {
            case DepartureNote.Ended ended:
                _ended[ended.Client] = ended.Detail;
                break;
            case DepartureNote.TookLeave left:
                _tookLeave.Add(left.Client);
                break;
            case DepartureNote.Replaced replaced:
                _replaced.Add(replaced.CommonName);
                break;
            case DepartureNote.Killed killed:
                _killed.TryAdd(killed.Client, OverManagement);
                break;
            case DepartureNote.KilledByName killed:
                _killedNames.Add(killed.CommonName);
                break;
        }
        return true;
    }

    /// <summary>It was ended through us, whatever the log says.</summary>
    /// <param name="how">By whom, in words.</param>
    public void Killed(ClientId client, string? how) => _killed[client] = how ?? OverManagement;

    public bool IsKilled(ClientId client) => _killed.ContainsKey(client);

    /// <summary>Why a session ended, in words; null where nobody said.</summary>
    /// <param name="nameIsBack">Tells whether another session has the same name now.</param>
    public string? Take(TrackedSession session, Func<bool> nameIsBack)
    {
        string client = Client(session);
        bool hasEnded = _ended.Remove(client, out string? detail);
        bool tookLeave = _tookLeave.Remove(client);
        if (_killed.Remove(session.Identity.Cid, out string? how))
            return how;
        if (hasEnded && detail is "" && _killedNames.Contains(session.Identity.CommonName))
            return OverManagement;
        if (tookLeave || detail is "remote-exit")
            return "the client took leave (exit notify)";
        if (hasEnded)
            return Words(detail!);
        return _replaced.Contains(session.Identity.CommonName) && nameIsBack() ? "replaced by a new connection of the same name" : null;
    }

    public void Clear()
    {
        _ended.Clear();
        _tookLeave.Clear();
        _replaced.Clear();
        _killedNames.Clear();
        _killed.Clear();
    }

    private static string Client(TrackedSession session) => $"{session.Identity.CommonName}/{session.RealAddress}";

    private static string Words(string detail) => detail switch
    {
        "ping-restart" or "ping-exit" or "ovpn-dco: ping expired" => $"ping timeout ({detail}): nothing came from the client any more",
        "inactive" => "inactivity timeout (inactive)",
        "session-timeout" => "the session's time was up (session-timeout)",
        "connection-reset" => "connection reset",
        "ovpn-dco: transport disconnected" or "ovpn-dco: transport error" => $"connection lost ({detail})",
        "tls-error" => "TLS error: no agreement on new keys",
        "auth-control-exit" => "authentication failed",
        "" or "delayed-exit" => "ended by the server",
        _ => detail,
    };
}
