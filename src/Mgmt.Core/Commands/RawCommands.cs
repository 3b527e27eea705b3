using System.Text;
using Mgmt.Core.Connection;

namespace Mgmt.Core.Commands;

/// <summary>Commands as a person types them.</summary>
public static class RawCommands
{
    /// <summary>
    /// Sends a line as it is, quoting and all, and gives the daemon's whole reply, errors included. What ends the reply is known for every documented
    /// command; for others it is one line, or whatever comes until the daemon answers a second question.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="commandLine">One line without control characters; not one that opens a block.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="ArgumentException">The line cannot be sent as one line, or it opens a block.</exception>
    public static Task<ManagementReply> SendRawAsync(this ManagementConnection connection, string commandLine, CancellationToken cancellationToken = default) =>
        Judge(connection, commandLine) is { } words
            ? connection.ExecuteAsync(words[0], Encoding.UTF8.GetBytes(commandLine + "\n"), new TextReplyReader(RawReplyShape.Of(words), connection.Options.MaxReplyBytes), cancellationToken)
            : Task.FromResult(new ManagementReply(IsError: false, "", [], IsComplete: true));

    /// <summary>
    /// Like <see cref="SendRawAsync"/>, but gives the reply's lines as they came, without their line ends and with everything that marks
    /// success, failure and end: for those who pass them on.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="commandLine">One line without control characters; not one that opens a block.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="ArgumentException">The line cannot be sent as one line, or it opens a block.</exception>
    public static Task<IReadOnlyList<ReadOnlyMemory<byte>>> SendVerbatimAsync(this ManagementConnection connection, string commandLine, CancellationToken cancellationToken = default) =>
        Judge(connection, commandLine) is { } words
            ? connection.ExecuteAsync(words[0], Encoding.UTF8.GetBytes(commandLine + "\n"), new VerbatimReplyReader(RawReplyShape.Of(words), connection.Options.MaxReplyBytes), cancellationToken)
            : Task.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>([]);

    /// <returns>The line's words; null for a line that OpenVPN gives no answer to.</returns>
    private static string[]? Judge(ManagementConnection connection, string commandLine)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(commandLine);
        CommandLine.ThrowIfUnsendable(commandLine, CommandLine.MaxLength, nameof(commandLine));
        string[] words = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0][0] is '#' or ';')
            return null;
        if (words[0] is "exit" or "quit")
            throw new ArgumentException("Close the connection instead: whatever is on its way would be lost.", nameof(commandLine));
        if (RawReplyShape.OpensBlock(words))
            throw new ArgumentException($"'{words[0]}' opens a block: use the typed command.", nameof(commandLine));
        return words;
    }
}
