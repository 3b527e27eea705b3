using System.Globalization;
using Mgmt.Core.Connection;

namespace Mgmt.Core.Commands;

/// <summary>Commands for servers. Errors as in <see cref="GeneralCommands"/>.</summary>
public static class ServerCommands
{
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
