using System.Globalization;
using System.Text;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;

namespace Mgmt.Core.Commands;

/// <summary>
/// Commands for clients, most of them answers to questions; the questions themselves have methods that answer them (<see cref="Answers"/>).
/// Errors as in <see cref="GeneralCommands"/>.
/// </summary>
public static class ClientCommands
{
    /// <summary><c>username TYPE TEXT</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="type">What the daemon asked for, such as <c>Auth</c>.</param>
    /// <param name="username">The user name.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SendUsernameAsync(this ManagementConnection connection, string type, string username, CancellationToken cancellationToken = default) =>
        connection.RunAsync(new CommandLine("username").Add(type).Add(username), cancellationToken);

    /// <summary><c>password TYPE TEXT</c>. At most 256 bytes; see <see cref="SendPasswordBlockAsync"/> for more.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="type">What the daemon asked for, such as <c>Auth</c> or <c>Private Key</c>.</param>
    /// <param name="password">The password; may be empty.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SendPasswordAsync(this ManagementConnection connection, string type, string password, CancellationToken cancellationToken = default) =>
        connection.RunAsync(new CommandLine("password").Add(type).Add(password), cancellationToken);

    /// <summary><c>password TYPE</c> and a base64 block: any text, up to 4095 bytes. From 2.7.2 on, after version 5 was announced.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="type">What the daemon asked for.</param>
    /// <param name="password">The password, any bytes.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="NotSupportedException">The daemon is older: it would take the password for commands, and log it.</exception>
    public static Task<string> SendPasswordBlockAsync(this ManagementConnection connection, string type, ReadOnlyMemory<byte> password, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (connection.SpokenVersion < 6)
            throw new NotSupportedException("A password block needs OpenVPN 2.7.2 or later.");
        return connection.RunBlockAsync(new CommandLine("password").Add(type), Base64Lines(password.Span), CommandLine.MaxLength, cancellationToken);
    }

    /// <summary><c>needok TYPE ok|cancel</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="type">What the daemon asked for, such as <c>token-insertion-request</c>.</param>
    /// <param name="confirm">Yes or no.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SendNeedOkAsync(this ManagementConnection connection, string type, bool confirm, CancellationToken cancellationToken = default) =>
        connection.RunAsync(new CommandLine("needok").Add(type).Add(confirm ? "ok" : "cancel"), cancellationToken);

    /// <summary><c>needstr TYPE TEXT</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="type">What the daemon asked for, such as <c>pkcs11-id-request</c>.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SendNeedStringAsync(this ManagementConnection connection, string type, string text, CancellationToken cancellationToken = default) =>
        connection.RunAsync(new CommandLine("needstr").Add(type).Add(text), cancellationToken);

    /// <summary><c>cr-response</c>: answers the question of a pending authentication.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="answer">The answer itself; it is sent as base64.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SendChallengeResponseAsync(this ManagementConnection connection, string answer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return connection.RunAsync(new CommandLine("cr-response").Add(Convert.ToBase64String(Encoding.UTF8.GetBytes(answer))), cancellationToken);
    }

    /// <summary><c>remote ACCEPT</c>: connect to the remote that was asked about.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> AcceptRemoteAsync(this ManagementConnection connection, CancellationToken cancellationToken = default) =>
        connection.RunAsync(new CommandLine("remote").Add("ACCEPT"), cancellationToken);

    /// <summary><c>remote SKIP [N]</c>: go on to the next remote, or (from 2.6) skip so many.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="count">How many; null for one, in the form that every release knows.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SkipRemoteAsync(this ManagementConnection connection, int? count = null, CancellationToken cancellationToken = default)
    {
        CommandLine line = new CommandLine("remote").Add("SKIP");
        return connection.RunAsync(count is { } number ? line.Add(number) : line, cancellationToken);
    }

    /// <summary><c>remote MOD HOST PORT</c>: connect there instead.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="host">Host name or address.</param>
    /// <param name="port">Its port.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> ChangeRemoteAsync(this ManagementConnection connection, string host, int port, CancellationToken cancellationToken = default) =>
        connection.RunAsync(new CommandLine("remote").Add("MOD").Add(host).Add(port), cancellationToken);

    /// <summary><c>proxy NONE</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> UseNoProxyAsync(this ManagementConnection connection, CancellationToken cancellationToken = default) =>
        connection.RunAsync(new CommandLine("proxy").Add("NONE"), cancellationToken);

    /// <summary><c>proxy HTTP HOST PORT [nct]</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="host">Host name or address of the proxy.</param>
    /// <param name="port">Its port.</param>
    /// <param name="noClearText">Do not send a password in clear text (<c>nct</c>).</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> UseHttpProxyAsync(this ManagementConnection connection, string host, int port, bool noClearText = false, CancellationToken cancellationToken = default)
    {
        CommandLine line = new CommandLine("proxy").Add("HTTP").Add(host).Add(port);
        return connection.RunAsync(noClearText ? line.Add("nct") : line, cancellationToken);
    }

    /// <summary><c>proxy SOCKS HOST PORT</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="host">Host name or address of the proxy.</param>
    /// <param name="port">Its port.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> UseSocksProxyAsync(this ManagementConnection connection, string host, int port, CancellationToken cancellationToken = default) =>
        connection.RunAsync(new CommandLine("proxy").Add("SOCKS").Add(host).Add(port), cancellationToken);

    /// <summary><c>remote-entry-count</c> (2.6): how many remotes are configured.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static async Task<int> GetRemoteCountAsync(this ManagementConnection connection, CancellationToken cancellationToken = default)
    {
        var line = new CommandLine("remote-entry-count");
        IReadOnlyList<string> lines = await connection.ListAsync(line, cancellationToken).ConfigureAwait(false);
        return lines is [var only] && int.TryParse(only, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count
            : throw Command.Unreadable(line, string.Join(" / ", lines));
    }

    /// <summary><c>remote-entry-get</c> (2.6): the configured remotes.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="first">From this one on, counted from 0; null for all.</param>
    /// <param name="end">Up to but not with this one; null for one only.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static async Task<IReadOnlyList<RemoteEntry>> GetRemotesAsync(this ManagementConnection connection, int? first = null, int? end = null, CancellationToken cancellationToken = default)
    {
        if (first is null && end is not null)
            throw new ArgumentException("An end needs a beginning.", nameof(end));
        var line = new CommandLine("remote-entry-get");
        line = first is { } from ? line.Add(from) : line.Add("all");
        if (end is { } to)
            line.Add(to);
        IReadOnlyList<string> lines = await connection.ListAsync(line, cancellationToken).ConfigureAwait(false);
        return [.. lines.Select(text => RemoteEntry.Parse(text) ?? throw Command.Unreadable(line, text))];
    }

    /// <summary><c>pk-sig</c>: answers <c>&gt;PK_SIGN</c>. Success says that the signature arrived, not that it is right.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SendSignatureAsync(this ManagementConnection connection, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken = default) =>
        connection.RunBlockAsync(new CommandLine("pk-sig"), Base64Lines(signature.Span), CommandLine.MaxLength, cancellationToken);

    /// <summary><c>rsa-sig</c>: answers <c>&gt;RSA_SIGN</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SendRsaSignatureAsync(this ManagementConnection connection, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken = default) =>
        connection.RunBlockAsync(new CommandLine("rsa-sig"), Base64Lines(signature.Span), CommandLine.MaxLength, cancellationToken);

    /// <summary><c>certificate</c>: answers <c>&gt;NEED-CERTIFICATE</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="pem">The certificate (and its chain) as PEM.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SendCertificateAsync(this ManagementConnection connection, string pem, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pem);
        return connection.RunBlockAsync(new CommandLine("certificate"), pem.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries), CommandLine.MaxLength, cancellationToken);
    }

    /// <summary><c>pkcs11-id-count</c>: identities on the tokens. Needs a build with PKCS#11; <b>while held, OpenVPN 2.6 crashes on it</b>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static async Task<int> GetPkcs11CountAsync(this ManagementConnection connection, CancellationToken cancellationToken = default) =>
        await AskPkcs11Async(connection, new CommandLine("pkcs11-id-count"), cancellationToken).ConfigureAwait(false) is ManagementEvent.Pkcs11IdCount { Count: var count }
            ? count
            : throw new ManagementProtocolException("The reply to 'pkcs11-id-count' is not a count.");

    /// <summary><c>pkcs11-id-get</c>: one identity; without id if there is none.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="index">From 0.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static async Task<ManagementEvent.Pkcs11IdEntry> GetPkcs11EntryAsync(this ManagementConnection connection, int index, CancellationToken cancellationToken = default) =>
        await AskPkcs11Async(connection, new CommandLine("pkcs11-id-get").Add(index), cancellationToken).ConfigureAwait(false) as ManagementEvent.Pkcs11IdEntry
            ?? throw new ManagementProtocolException("The reply to 'pkcs11-id-get' is not an entry.");

    /// <summary><c>network-change</c> (Android builds): the network has changed.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sameNetwork">The client has the same addresses as before.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> ReportNetworkChangeAsync(this ManagementConnection connection, bool sameNetwork = false, CancellationToken cancellationToken = default)
    {
        var line = new CommandLine("network-change");
        return connection.RunAsync(sameNetwork ? line.Add("samenetwork") : line, cancellationToken);
    }

    private static async Task<ManagementEvent?> AskPkcs11Async(ManagementConnection connection, CommandLine line, CancellationToken cancellationToken)
    {
        ManagementReply reply = await connection.SendAsync(line, ReplyShape.Notification, cancellationToken).ConfigureAwait(false);
        return reply.EnsureSuccess().Notification;
    }

    private static List<string> Base64Lines(ReadOnlySpan<byte> bytes)
    {
        const int width = 64;
        string text = Convert.ToBase64String(bytes);
        var lines = new List<string>();
        for (int start = 0; start < text.Length; start += width)
            lines.Add(text.Substring(start, Math.Min(width, text.Length - start)));
        return lines;
    }
}
