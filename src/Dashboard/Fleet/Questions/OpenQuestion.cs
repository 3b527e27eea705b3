using Dashboard.Live;

using Mgmt.Core.Commands;
using Mgmt.Core.Events;

namespace Dashboard.Fleet.Questions;

/// <summary>A question that waits.</summary>
/// <param name="Shown">What is told of it.</param>
/// <param name="Asked">The daemon's notification.</param>
/// <param name="Challenge">The server's own question, which came with its last refusal; null if there was none.</param>
internal sealed record OpenQuestion(DaemonQuestion Shown, ManagementEvent Asked, DynamicChallenge? Challenge = null);
