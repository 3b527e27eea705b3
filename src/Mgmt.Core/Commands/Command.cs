using Mgmt.Core.Connection;

namespace Mgmt.Core.Commands;

/// <summary>How the typed commands are sent; the one place that knows lines, shapes and errors.</summary>
internal static class Command
{
    public static Task<ManagementReply> SendAsync(
        this ManagementConnection connection,
        CommandLine line,
        ReplyShape shape,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var reader = new TextReplyReader(shape, connection.Options.MaxReplyBytes);
        return connection.ExecuteAsync(line.Name, line.ToWire(), reader, cancellationToken);
    }

    /// <summary>The text after <c>SUCCESS: </c>.</summary>
    public static async Task<string> RunAsync(this ManagementConnection connection, CommandLine line, CancellationToken cancellationToken)
    {
        ManagementReply reply = await connection.SendAsync(line, ReplyShape.Line, cancellationToken).ConfigureAwait(false);
        return reply.EnsureSuccess().Text;
    }

    /// <summary>
    /// Sends a command, its lines and <c>END</c> in one write. A daemon that refuses the command runs the lines as commands instead, so lines that
    /// begin like one are refused here, and whatever such lines are answered is gathered.
    /// </summary>
    public static async Task<string> RunBlockAsync(this ManagementConnection connection, CommandLine line, IReadOnlyList<string> block, int maxLineBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var reader = new TextReplyReader(ReplyShape.Block, connection.Options.MaxReplyBytes);
        byte[] wire = [.. line.ToWire(), .. BlockWriter.Write(block, maxLineBytes)];
        ManagementReply reply = await connection.ExecuteAsync(line.Name, wire, reader, cancellationToken).ConfigureAwait(false);
        return reply.EnsureSuccess().Text;
    }

    /// <summary>The lines before <c>END</c>.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(this ManagementConnection connection, CommandLine line, CancellationToken cancellationToken)
    {
        ManagementReply reply = await connection.SendAsync(line, ReplyShape.Lines, cancellationToken).ConfigureAwait(false);
        return reply.EnsureSuccess().Lines;
    }

    /// <summary>The number in a reply such as <c>pid=1234</c>.</summary>
    public static async Task<int> AskNumberAsync(this ManagementConnection connection, CommandLine line, string name, CancellationToken cancellationToken)
    {
        string text = await connection.RunAsync(line, cancellationToken).ConfigureAwait(false);
        return ReplyFields.Find(text, name) is { } value and >= int.MinValue and <= int.MaxValue ? (int)value : throw Unreadable(line, text);
    }

    public static ManagementProtocolException Unreadable(CommandLine line, string text) =>
        new($"The reply to '{line.Name}' cannot be read: '{(text.Length <= 200 ? text : text[..200])}'.");
}
