namespace E2E.History;

/// <summary>A session as the daemon tells it from every other.</summary>
/// <param name="ConnectedSince">time_t</param>
internal sealed record ReportedSession(uint Cid, string CommonName, long ConnectedSince);
