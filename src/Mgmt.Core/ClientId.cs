namespace Mgmt.Core;

/// <summary>A client's number within one run of a daemon (CID).</summary>
/// <param name="Value">Counts from 0, and starts again at 0 with every restart.</param>
public readonly record struct ClientId(uint Value);
