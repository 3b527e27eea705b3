using System.Globalization;
using Mgmt.Core.Connection;

namespace Mgmt.Core.Commands;

/// <summary>Commands for servers. Errors as in <see cref="GeneralCommands"/>.</summary>
public static class ServerCommands
{
    // OpenVPN splits a longer one and takes the rest for another option.
    private const int MaxOptionLineBytes = 255;

    /// <summary>
    /// <c>client-kill</c>: ends one session. The client is told to reconnect, or what <paramref name="message"/> says; it is dropped when it leaves, within 5 s.
    /// CIDs are used again after a restart of the daemon: make sure that it is still the session you mean.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="client">The CID.</param>
    /// <param name="message"><c>RESTART[,[N][P]text]</c> or <c>HALT[,text]</c>; null for RESTART.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> KillClientAsync(this ManagementConnection connection, ClientId client, string? message = null, CancellationToken cancellationToken = default)
    {
        CommandLine line = new CommandLine("client-kill").Add(client);
        return connection.RunAsync(message is null ? line : line.Add(message), cancellationToken);
    }

    /// <summary>
    /// <c>kill</c> by common name: drops every client of that name at once, without telling them. Names with a colon are refused: OpenVPN would take them
    /// for addresses, and 2.7 would kill whoever has the name before the colon.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="commonName">The name.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="ArgumentException">The name has a colon, or is longer than 127 bytes.</exception>
    public static Task<KillReply> KillByNameAsync(this ManagementConnection connection, string commonName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(commonName);
        if (commonName.Contains(':', StringComparison.Ordinal))
            throw new ArgumentException("OpenVPN takes a name with a colon for an address: end the session by its CID.", nameof(commonName));
        CommandLine.ThrowIfUnsendable(commonName, maxBytes: 127, nameof(commonName));
        return KillAsync(connection, new CommandLine("kill").Add(commonName), cancellationToken);
    }

    /// <summary>
    /// <c>kill</c> by address: <c>IP:PORT</c> up to 2.6, <c>udp:IP:PORT</c> or <c>tcp:IP:PORT</c> from 2.7. IPv4 only, and never clients of a dual-stack socket.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="address">The address in the form that this release wants.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<KillReply> KillByAddressAsync(this ManagementConnection connection, string address, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        return KillAsync(connection, new CommandLine("kill").Add(address), cancellationToken);
    }

    /// <summary><c>nclients</c>: established clients.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<int> GetClientCountAsync(this ManagementConnection connection, CancellationToken cancellationToken = default) =>
        connection.AskNumberAsync(new CommandLine("nclients"), "nclients", cancellationToken);

    /// <summary><c>env-filter</c>: how much of the environment <c>&gt;CLIENT</c> events carry. Not reset by a new connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="level">0 all; 1 and 2 less, with the client's own words first; 3 nothing but those.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SetEnvironmentFilterAsync(this ManagementConnection connection, int level, CancellationToken cancellationToken = default) =>
        connection.RunAsync(new CommandLine("env-filter").Add(level), cancellationToken);

    /// <summary><c>client-auth-nt</c>: lets a client in (CONNECT) or stay (REAUTH). Success says that the answer arrived: take the state from the events.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="client">The CID.</param>
    /// <param name="key">The KID that came with the question.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> ApproveClientAsync(this ManagementConnection connection, ClientId client, KeyId key, CancellationToken cancellationToken = default) =>
        connection.RunAsync(new CommandLine("client-auth-nt").Add(client).Add(key), cancellationToken);

    /// <summary><c>client-auth</c>: lets a client in, with options of its own, such as <c>push "route 192.0.2.0 255.255.255.0"</c> or <c>iroute …</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="client">The CID.</param>
    /// <param name="key">The KID that came with the question.</param>
    /// <param name="options">Option lines of at most 255 bytes, none of them a management command.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> ApproveClientAsync(this ManagementConnection connection, ClientId client, KeyId key, IReadOnlyList<string> options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return connection.RunBlockAsync(new CommandLine("client-auth").Add(client).Add(key), options, MaxOptionLineBytes, cancellationToken);
    }

    /// <summary>Why a line cannot be one of the options of <c>client-auth</c>: so that a configuration can be refused before a client comes.</summary>
    /// <param name="line">The line.</param>
    /// <returns>In words for a person; null if nothing speaks against it.</returns>
    public static string? WhyNoOptionLine(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (string.IsNullOrWhiteSpace(line))
            return "The line is empty.";
        try
        {
            BlockWriter.Write([line], MaxOptionLineBytes);
            return null;
        }
        catch (ArgumentException error)
        {
            return error.Message.Split(" (Parameter", 2)[0];
        }
    }

    /// <summary><c>client-deny</c>: keeps a client out.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="client">The CID.</param>
    /// <param name="key">The KID that came with the question.</param>
    /// <param name="reason">For the daemon's log.</param>
    /// <param name="clientReason">What the client is told, if anything.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> DenyClientAsync(this ManagementConnection connection, ClientId client, KeyId key, string reason, string? clientReason = null, CancellationToken cancellationToken = default)
    {
        CommandLine line = new CommandLine("client-deny").Add(client).Add(key).Add(reason);
        return connection.RunAsync(clientReason is null ? line : line.Add(clientReason), cancellationToken);
    }

    /// <summary>
    /// <c>client-pending-auth</c>: tells a client to wait for a second factor; the decision is still to approve or deny. The parameters are those of the
    /// daemon's release, told by its greeting.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="client">The CID.</param>
    /// <param name="key">The KID that came with the question.</param>
    /// <param name="request">What the client shall do.</param>
    /// <param name="timeout">How long it may take; capped by the daemon. Whole seconds.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> DeferClientAsync(this ManagementConnection connection, ClientId client, KeyId key, PendingAuthRequest request, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.FromSeconds(1));
        CommandLine line = new CommandLine("client-pending-auth").Add(client);
        if (connection.SpokenVersion >= 5) // 2.6.2 and later; 2.6.0 and 2.6.1 know no KID here, 2.5 no timeout either
            line.Add(key);
        line.Add(request.ToString());
        return connection.RunAsync(connection.SpokenVersion >= 4 ? line.Add((long)timeout.TotalSeconds) : line, cancellationToken);
    }

    /// <summary><c>push-update-broad</c> (2.7): sends changed options to every client.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="options">Options separated by commas, at most 256 bytes.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<PushUpdateReply> PushUpdateAsync(this ManagementConnection connection, string options, CancellationToken cancellationToken = default) =>
        PushUpdateAsync(connection, new CommandLine("push-update-broad").Add(options), cancellationToken);

    /// <summary><c>push-update-cid</c> (2.7): sends changed options to one client. An option it refuses makes it reconnect.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="client">The CID.</param>
    /// <param name="options">Options separated by commas, at most 256 bytes.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<PushUpdateReply> PushUpdateAsync(this ManagementConnection connection, ClientId client, string options, CancellationToken cancellationToken = default) =>
        PushUpdateAsync(connection, new CommandLine("push-update-cid").Add(client).Add(options), cancellationToken);

    /// <summary><c>client-pf</c> (2.4 and 2.5): sets a client's packet filter.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="client">The CID.</param>
    /// <param name="rules">Lines of the filter, without its closing <c>[END]</c>.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SetPacketFilterAsync(this ManagementConnection connection, ClientId client, IReadOnlyList<string> rules, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return connection.RunBlockAsync(new CommandLine("client-pf").Add(client), [.. rules, "[END]"], maxLineBytes: 255, cancellationToken);
    }

    private static async Task<PushUpdateReply> PushUpdateAsync(ManagementConnection connection, CommandLine line, CancellationToken cancellationToken)
    {
        ManagementReply reply = await connection.SendAsync(line, ReplyShape.PushUpdate, cancellationToken).ConfigureAwait(false);
        return new PushUpdateReply(reply.EnsureSuccess().Text, reply.Lines);
    }

    private static async Task<KillReply> KillAsync(ManagementConnection connection, CommandLine line, CancellationToken cancellationToken)
    {
        string text = await connection.RunAsync(line, cancellationToken).ConfigureAwait(false);
        return new KillReply(CountIn(text), text);
    }

    // common name 'CN' found, {N} client(s) killed | {N} client(s) at address A killed
    private static int? CountIn(string text)
    {
        int end = text.LastIndexOf(" client(s) ", StringComparison.Ordinal);
        int start = end <= 0 ? -1 : text.LastIndexOf(' ', end - 1) + 1;
        return start >= 0 && int.TryParse(text.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : null;
    }
}
