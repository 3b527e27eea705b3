using Dashboard.Fleet;
using Dashboard.Fleet.Operations;

namespace Dashboard.Api;

internal sealed record DisconnectRequest(DisconnectMode Mode = DisconnectMode.Restart, string? Reason = null);

internal sealed record HoldRequest(HoldAction Action);

internal sealed record SignalRequest(ServerSignal Signal);

/// <summary>The daemon's own words.</summary>
internal sealed record OperationResource(string Reply);
