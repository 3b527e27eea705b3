using System.Security.Claims;

using Dashboard.Approvals;
using Dashboard.Fleet.Questions;
using Dashboard.Live;

namespace Dashboard.Fleet.Operations;

/// <summary>How a client's session is ended.</summary>
public enum DisconnectMode
{
    /// <summary>The client is told to reconnect (<c>client-kill CID</c>); it usually comes back within seconds.</summary>
    Restart,

    /// <summary>The client is told to stop (<c>client-kill CID HALT</c>); it stays away until somebody starts it again.</summary>
    Halt,

    /// <summary>The session is dropped at once and the client is not told (<c>kill ADDRESS</c>); it notices by its own timeout, and then comes back.</summary>
    Kill,
}

/// <summary>Hold commands of the management interface.</summary>
public enum HoldAction
{
    On,
    Off,
    Release,
}

/// <summary>Signals that the management interface can throw into the daemon.</summary>
public enum ServerSignal
{
    /// <summary>Restart the tunnel without reading the configuration again; every client has to come back.</summary>
    SIGUSR1,

    /// <summary>Write the status to the log.</summary>
    SIGUSR2,

    /// <summary>Restart everything and read the configuration again.</summary>
    SIGHUP,

    /// <summary>End the daemon.</summary>
    SIGTERM,
}

/// <summary>How much a daemon writes to its log.</summary>
/// <param name="Verb">0 to 15.</param>
/// <param name="Mute">After how many lines of a kind it falls silent; 0 is never.</param>
public sealed record LogLevels(int Verb, int Mute)
{
    /// <summary>From one more on OpenVPN logs the sending of its own log lines, and answers nothing to whoever listens to them.</summary>
    public const int HighestSafe = 7;
}

/// <summary>
/// The one path for everything that an operator can do to a server: authorises the caller, checks that the target is still
/// what the operator saw, sends, looks whether it had its effect, answers with the daemon's own words, and puts all of it
/// on record. Never throws for an expected outcome.
/// </summary>
public interface IServerOperations
{
    /// <param name="keepOut">By which of its names the client is kept out besides, and how long; null for not at all.</param>
    Task<OperationResult> DisconnectAsync(ClaimsPrincipal caller, SessionIdentity session, DisconnectMode mode, string? reason, KeepOut? keepOut = null, CancellationToken cancellationToken = default);

    Task<OperationResult> HoldAsync(ClaimsPrincipal caller, string server, HoldAction action, CancellationToken cancellationToken = default);

    Task<OperationResult> SignalAsync(ClaimsPrincipal caller, string server, ServerSignal signal, CancellationToken cancellationToken = default);

    /// <summary>Sets how much the daemon logs.</summary>
    /// <param name="level">0 to 15.</param>
    Task<OperationResult> VerbAsync(ClaimsPrincipal caller, string server, int level, CancellationToken cancellationToken = default);

    /// <summary>Sets after how many lines of a kind the daemon's log falls silent.</summary>
    /// <param name="lines">0 is never.</param>
    Task<OperationResult> MuteAsync(ClaimsPrincipal caller, string server, int lines, CancellationToken cancellationToken = default);

    Task<OperationResult> ForgetPasswordsAsync(ClaimsPrincipal caller, string server, CancellationToken cancellationToken = default);

    /// <summary>Sends changed options to clients that are connected; OpenVPN 2.7 and later.</summary>
    /// <param name="options">Options separated by commas, at most 256 bytes.</param>
    /// <param name="session">One client; null for all.</param>
    Task<OperationResult> PushUpdateAsync(ClaimsPrincipal caller, string server, string options, SessionIdentity? session, CancellationToken cancellationToken = default);

    /// <summary>Sends a line as an administrator typed it, unless it would break the management session. The reply has all its lines.</summary>
    Task<OperationResult> RawAsync(ClaimsPrincipal caller, string server, string line, CancellationToken cancellationToken = default);

    /// <summary>Gives the management slot up, so that another program can have it; the dashboard comes back by itself.</summary>
    /// <param name="length">For how long, from a minute to a day.</param>
    Task<OperationResult> ReleaseSlotAsync(ClaimsPrincipal caller, string server, TimeSpan length, CancellationToken cancellationToken = default);

    /// <summary>Takes a slot that was given up back before its time.</summary>
    Task<OperationResult> TakeSlotBackAsync(ClaimsPrincipal caller, string server, CancellationToken cancellationToken = default);

    /// <summary>Answers what a daemon asks.</summary>
    /// <param name="question">Which of the questions of its snapshot.</param>
    Task<OperationResult> AnswerAsync(ClaimsPrincipal caller, string server, Guid question, QuestionAnswer answer, CancellationToken cancellationToken = default);

    /// <summary>What the daemon says about its log now; null where it cannot be asked.</summary>
    Task<LogLevels?> ReadLogLevelsAsync(ClaimsPrincipal caller, string server, CancellationToken cancellationToken = default);
}
