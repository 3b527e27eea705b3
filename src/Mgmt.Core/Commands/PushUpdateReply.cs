namespace Mgmt.Core.Commands;

/// <summary>The reply to a push update. Success means sent; whether clients take it shows later.</summary>
/// <param name="Text">The daemon's own words.</param>
/// <param name="Remarks">What it said before, such as <c>2 client(s) updated</c> or which peers were left out.</param>
public sealed record PushUpdateReply(string Text, IReadOnlyList<string> Remarks);
