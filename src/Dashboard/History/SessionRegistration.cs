using Dashboard.Fleet;
using Dashboard.Live;

namespace Dashboard.History;

/// <summary>What a session's row is to say.</summary>
internal sealed record SessionRegistration(SessionAccount Account, SessionIdentity Identity, SessionDetails Details, DateTimeOffset FirstSeen);
