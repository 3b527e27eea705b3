namespace Mgmt.Core.Commands;

/// <summary>The reply to <c>kill</c>.</summary>
/// <param name="Clients">How many clients were dropped; null if the daemon's words do not say.</param>
/// <param name="Text">The daemon's own words.</param>
public sealed record KillReply(int? Clients, string Text);
