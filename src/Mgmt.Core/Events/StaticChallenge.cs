namespace Mgmt.Core.Events;

/// <summary>A question that is asked together with user name and password (<c>SC:FLAGS,TEXT</c>).</summary>
/// <param name="Text">What to ask the user; text from the configuration.</param>
/// <param name="Echo">Whether the answer may be shown while it is typed.</param>
/// <param name="Concatenate">Whether the answer is appended to the password instead of being sent in an <c>SCRV1</c> text.</param>
public sealed record StaticChallenge(string Text, bool Echo, bool Concatenate);
