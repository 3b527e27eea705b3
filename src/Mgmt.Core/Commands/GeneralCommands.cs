using System.Globalization;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;
using Mgmt.Core.Status;

namespace Mgmt.Core.Commands;

/// <summary>
/// Commands for any OpenVPN process. All of them throw <see cref="ManagementCommandException"/> with the daemon's words if it answers ERROR,
/// <see cref="ManagementTimeoutException"/> if it does not answer, <see cref="ManagementClosedException"/> if the connection is over.
/// A text result is what the daemon says after <c>SUCCESS: </c>.
/// </summary>
public static class GeneralCommands
{
    /// <summary><c>version</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static async Task<VersionReply> GetVersionAsync(this ManagementConnection connection, CancellationToken cancellationToken = default)
    {
        var line = new CommandLine("version");
        IReadOnlyList<string> lines = await connection.ListAsync(line, cancellationToken).ConfigureAwait(false);
        string? openVpn = null;
        int? number = null;
        foreach (string text in lines)
        {
            const string release = "OpenVPN Version: ";
            const string management = "Management Version: ";
            const string oldManagement = "Management Interface Version: ";
            if (text.StartsWith(release, StringComparison.Ordinal))
                openVpn = text[release.Length..];
            else if (text.StartsWith(management, StringComparison.Ordinal) || text.StartsWith(oldManagement, StringComparison.Ordinal))
                number = int.TryParse(text.AsSpan(text.LastIndexOf(' ') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
        }

        return openVpn is null ? throw Command.Unreadable(line, string.Join(" / ", lines)) : new VersionReply(openVpn, number);
    }

    /// <summary><c>version N</c>: says what we understand. Returns the daemon's words; older daemons have none.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="version">1 to 5.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static async Task<string?> SetClientVersionAsync(this ManagementConnection connection, int version, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(version);
        ManagementReply reply = await connection.SendAsync(new CommandLine("version").Add(version), ReplyShape.Open, cancellationToken).ConfigureAwait(false);
        return reply.EnsureSuccess().Text is { Length: > 0 } text ? text : null;
    }

    /// <summary><c>help</c>: the daemon's list of commands.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<IReadOnlyList<string>> GetHelpAsync(this ManagementConnection connection, CancellationToken cancellationToken = default) =>
        connection.ListAsync(new CommandLine("help"), cancellationToken);

    /// <summary><c>pid</c>: the process id.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<int> GetPidAsync(this ManagementConnection connection, CancellationToken cancellationToken = default) =>
        connection.AskNumberAsync(new CommandLine("pid"), "pid", cancellationToken);

    /// <summary><c>status</c>. Look at <see cref="StatusReply.IsComplete"/>: a very long user name cuts versions 2 and 3 off.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="version">Three is the one to use; clients answer in their own form whatever is asked.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<StatusReply> GetStatusAsync(
        this ManagementConnection connection,
        StatusVersion version = StatusVersion.Three,
        CancellationToken cancellationToken = default) =>
        connection.AskStatusAsync(version, asEvent: null, cancellationToken);

    /// <summary>
    /// <c>status 3</c> whose reply comes also among the events, as <see cref="ManagementEvent.StatusReport"/>: a byte count that stands before it was
    /// said before it, and one that stands after it, after. Only so can a restart in between be told from one that follows.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>The reply that the event carries: the very same object.</returns>
    /// <exception cref="ManagementCommandException">No event comes: the daemon waits, starts or restarts.</exception>
    public static Task<StatusReply> RequestStatusReportAsync(this ManagementConnection connection, CancellationToken cancellationToken = default) =>
        connection.AskStatusAsync(StatusVersion.Three, static reply => new ManagementEvent.StatusReport(reply), cancellationToken);

    private static Task<StatusReply> AskStatusAsync(
        this ManagementConnection connection,
        StatusVersion version,
        Func<StatusReply, ManagementEvent>? asEvent,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var line = new CommandLine("status");
        if (version != StatusVersion.Default)
            line.Add((int)version);
        var reader = new StatusReplyReader(connection.Options.MaxReplyBytes);
        return connection.ExecuteAsync(line.Name, line.ToWire(), reader, cancellationToken, asEvent);
    }

    /// <summary><c>load-stats</c>: the cheapest question, and the only one that leaves no line in the daemon's log.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static async Task<LoadStats> GetLoadStatsAsync(this ManagementConnection connection, CancellationToken cancellationToken = default)
    {
        var line = new CommandLine("load-stats");
        string text = await connection.RunAsync(line, cancellationToken).ConfigureAwait(false);
        return ReplyFields.Find(text, "nclients") is { } clients and >= 0 and <= int.MaxValue
            && ReplyFields.FindCounter(text, "bytesin") is { } bytesIn
            && ReplyFields.FindCounter(text, "bytesout") is { } bytesOut
                ? new LoadStats((int)clients, bytesIn, bytesOut)
                : throw Command.Unreadable(line, text);
    }

    /// <summary><c>hold</c>: whether the daemon holds at its next start.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static async Task<bool> GetHoldAsync(this ManagementConnection connection, CancellationToken cancellationToken = default) =>
        await connection.AskNumberAsync(new CommandLine("hold"), "hold", cancellationToken).ConfigureAwait(false) != 0;

    /// <summary><c>hold on|off</c>: whether the daemon shall hold at its next start.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="hold">On or off.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SetHoldAsync(this ManagementConnection connection, bool hold, CancellationToken cancellationToken = default) =>
        connection.RunAsync(new CommandLine("hold").Add(hold ? "on" : "off"), cancellationToken);

    /// <summary><c>hold release</c>: lets a daemon that holds go on.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> ReleaseHoldAsync(this ManagementConnection connection, CancellationToken cancellationToken = default) =>
        connection.RunAsync(new CommandLine("hold").Add("release"), cancellationToken);

    /// <summary><c>signal</c>. The reply says that the signal was noted; its effects follow.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="signal">Which one.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SignalAsync(this ManagementConnection connection, ManagementSignal signal, CancellationToken cancellationToken = default) =>
        connection.RunAsync(
            new CommandLine("signal").Add(signal switch
            {
                ManagementSignal.Hangup => "SIGHUP",
                ManagementSignal.Terminate => "SIGTERM",
                ManagementSignal.User1 => "SIGUSR1",
                ManagementSignal.User2 => "SIGUSR2",
                ManagementSignal.Interrupt => "SIGINT",
                _ => throw new ArgumentOutOfRangeException(nameof(signal)),
            }),
            cancellationToken);

    /// <summary><c>verb</c>: how much the daemon logs, 0 to 15.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<int> GetVerbAsync(this ManagementConnection connection, CancellationToken cancellationToken = default) =>
        connection.AskNumberAsync(new CommandLine("verb"), "verb", cancellationToken);

    /// <summary><c>verb N</c>: also acts on the daemon's log file; SIGHUP restores what is configured.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="level">0 to 15.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SetVerbAsync(this ManagementConnection connection, int level, CancellationToken cancellationToken = default) =>
        connection.RunAsync(new CommandLine("verb").Add(level), cancellationToken);

    /// <summary><c>mute</c>: after how many similar lines the log falls silent.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<int> GetMuteAsync(this ManagementConnection connection, CancellationToken cancellationToken = default) =>
        connection.AskNumberAsync(new CommandLine("mute"), "mute", cancellationToken);

    /// <summary><c>mute N</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="lines">0 is never.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SetMuteAsync(this ManagementConnection connection, int lines, CancellationToken cancellationToken = default) =>
        connection.RunAsync(new CommandLine("mute").Add(lines), cancellationToken);

    /// <summary><c>auth-retry</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static async Task<AuthRetry> GetAuthRetryAsync(this ManagementConnection connection, CancellationToken cancellationToken = default)
    {
        var line = new CommandLine("auth-retry");
        string text = await connection.RunAsync(line, cancellationToken).ConfigureAwait(false);
        return text switch
        {
            "auth-retry=none" => AuthRetry.None,
            "auth-retry=nointeract" => AuthRetry.NoInteract,
            "auth-retry=interact" => AuthRetry.Interact,
            _ => throw Command.Unreadable(line, text),
        };
    }

    /// <summary><c>auth-retry none|nointeract|interact</c>. Not reset by a new connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="retry">What to do after a refusal.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SetAuthRetryAsync(this ManagementConnection connection, AuthRetry retry, CancellationToken cancellationToken = default) =>
        connection.RunAsync(
            new CommandLine("auth-retry").Add(retry switch
            {
                AuthRetry.None => "none",
                AuthRetry.NoInteract => "nointeract",
                AuthRetry.Interact => "interact",
                _ => throw new ArgumentOutOfRangeException(nameof(retry)),
            }),
            cancellationToken);

    /// <summary><c>forget-passwords</c>: the daemon forgets what was entered so far.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> ForgetPasswordsAsync(this ManagementConnection connection, CancellationToken cancellationToken = default) =>
        connection.RunAsync(new CommandLine("forget-passwords"), cancellationToken);

    /// <summary><c>net</c>: adapters and routes; only Windows builds have it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<IReadOnlyList<string>> GetNetworkAsync(this ManagementConnection connection, CancellationToken cancellationToken = default) =>
        connection.ListAsync(new CommandLine("net"), cancellationToken);

    /// <summary><c>test N</c>: so many lines, for tests of a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="lines">How many.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static async Task<IReadOnlyList<string>> TestAsync(this ManagementConnection connection, int lines, CancellationToken cancellationToken = default)
    {
        ManagementReply reply = await connection.SendAsync(new CommandLine("test").Add(lines), ReplyShape.Open, cancellationToken).ConfigureAwait(false);
        return reply.EnsureSuccess().Lines;
    }

    /// <summary><c>bytecount N</c>: byte counts every so many seconds from now on, for this connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="interval">Whole seconds; zero turns them off.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SetByteCountIntervalAsync(this ManagementConnection connection, TimeSpan interval, CancellationToken cancellationToken = default)
    {
        if (interval < TimeSpan.Zero || interval.Ticks % TimeSpan.TicksPerSecond != 0 || interval.TotalSeconds > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(interval), "Byte counts come at intervals of whole seconds.");
        return connection.RunAsync(new CommandLine("bytecount").Add((long)interval.TotalSeconds), cancellationToken);
    }
}
