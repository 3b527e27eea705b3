using Mgmt.Core.Connection;
using Mgmt.Core.Events;

namespace Mgmt.Core.Commands;

/// <summary>
/// <c>state</c>, <c>log</c> and <c>echo</c>: what was, and what comes from now on. The daemon keeps the last 100 states, 250 log lines and 100
/// echo lines. Lines that cannot be read are left out of a history.
/// </summary>
public static class HistoryCommands
{
    /// <summary><c>state</c>: the present state.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static async Task<ManagementEvent.State?> GetStateAsync(this ManagementConnection connection, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<string> lines = await connection.ListAsync(new CommandLine("state"), cancellationToken).ConfigureAwait(false);
        return lines.Count == 0 ? null : EventParser.ParseState(lines[^1]);
    }

    /// <summary><c>state N|all</c>: past states, oldest first.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="count">At most so many; null for all.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<IReadOnlyList<ManagementEvent.State>> GetStateHistoryAsync(this ManagementConnection connection, int? count = null, CancellationToken cancellationToken = default) =>
        GetAsync(connection, "state", count, static line => EventParser.ParseState(line), cancellationToken);

    /// <summary><c>state on|off</c>: <see cref="ManagementEvent.State"/> from now on, for this connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="on">On or off.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SetStateEventsAsync(this ManagementConnection connection, bool on, CancellationToken cancellationToken = default) =>
        SetAsync(connection, "state", on, cancellationToken);

    /// <summary><c>state on N|all</c>: past states, and <see cref="ManagementEvent.State"/> from there on without a gap.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="count">At most so many; null for all.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<IReadOnlyList<ManagementEvent.State>> StartStateEventsAsync(this ManagementConnection connection, int? count = null, CancellationToken cancellationToken = default) =>
        StartAsync(connection, "state", count, static line => EventParser.ParseState(line), cancellationToken);

    /// <summary><c>log N|all</c>: past log lines, oldest first.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="count">At most so many; null for all.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<IReadOnlyList<ManagementEvent.Log>> GetLogAsync(this ManagementConnection connection, int? count = null, CancellationToken cancellationToken = default) =>
        GetAsync(connection, "log", count, static line => EventParser.ParseLog(line), cancellationToken);

    /// <summary><c>log on|off</c>: <see cref="ManagementEvent.Log"/> from now on, for this connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="on">On or off.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SetLogEventsAsync(this ManagementConnection connection, bool on, CancellationToken cancellationToken = default) =>
        SetAsync(connection, "log", on, cancellationToken);

    /// <summary><c>log on N|all</c>: past log lines, and <see cref="ManagementEvent.Log"/> from there on without a gap.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="count">At most so many; null for all.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<IReadOnlyList<ManagementEvent.Log>> StartLogEventsAsync(this ManagementConnection connection, int? count = null, CancellationToken cancellationToken = default) =>
        StartAsync(connection, "log", count, static line => EventParser.ParseLog(line), cancellationToken);

    /// <summary><c>echo N|all</c>: past echo lines, oldest first.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="count">At most so many; null for all.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<IReadOnlyList<ManagementEvent.Echo>> GetEchoAsync(this ManagementConnection connection, int? count = null, CancellationToken cancellationToken = default) =>
        GetAsync(connection, "echo", count, static line => EventParser.ParseEcho(line), cancellationToken);

    /// <summary><c>echo on|off</c>: <see cref="ManagementEvent.Echo"/> from now on, for this connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="on">On or off.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SetEchoEventsAsync(this ManagementConnection connection, bool on, CancellationToken cancellationToken = default) =>
        SetAsync(connection, "echo", on, cancellationToken);

    /// <summary><c>echo on N|all</c>: past echo lines, and <see cref="ManagementEvent.Echo"/> from there on without a gap.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="count">At most so many; null for all.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<IReadOnlyList<ManagementEvent.Echo>> StartEchoEventsAsync(this ManagementConnection connection, int? count = null, CancellationToken cancellationToken = default) =>
        StartAsync(connection, "echo", count, static line => EventParser.ParseEcho(line), cancellationToken);

    private static Task<string> SetAsync(ManagementConnection connection, string what, bool on, CancellationToken cancellationToken) =>
        connection.RunAsync(new CommandLine(what).Add(on ? "on" : "off"), cancellationToken);

    private static async Task<IReadOnlyList<T>> GetAsync<T>(ManagementConnection connection, string what, int? count, Func<string, T?> parse, CancellationToken cancellationToken)
        where T : class
    {
        IReadOnlyList<string> lines = await connection.ListAsync(AddCount(new CommandLine(what), count), cancellationToken).ConfigureAwait(false);
        return [.. lines.Select(parse).OfType<T>()];
    }

    private static async Task<IReadOnlyList<T>> StartAsync<T>(ManagementConnection connection, string what, int? count, Func<string, T?> parse, CancellationToken cancellationToken)
        where T : class
    {
        ManagementReply reply = await connection.SendAsync(AddCount(new CommandLine(what).Add("on"), count), ReplyShape.LineThenLines, cancellationToken).ConfigureAwait(false);
        return [.. reply.EnsureSuccess().Lines.Select(parse).OfType<T>()];
    }

    private static CommandLine AddCount(CommandLine line, int? count)
    {
        if (count is <= 0)
            throw new ArgumentOutOfRangeException(nameof(count), "At least one line must be asked for.");
        return count is { } number ? line.Add(number) : line.Add("all");
    }
}
