using System.Text;

namespace Mgmt.Core.Commands;

/// <summary>The lines of a block and their <c>END</c>.</summary>
internal static class BlockWriter
{
    // What would do harm if a daemon refused the block and ran its lines: all commands that are not questions.
    private static readonly HashSet<string> s_commands = new(StringComparer.Ordinal)
    {
        "auth-retry", "bytecount", "certificate", "client-auth", "client-auth-nt", "client-deny", "client-kill", "client-pending-auth", "client-pf",
        "cr-response", "echo", "env-filter", "exit", "forget-passwords", "help", "hold", "kill", "load-stats", "log", "mute", "nclients", "needok",
        "needstr", "net", "network-change", "password", "pid", "pk-sig", "pkcs11-id-count", "pkcs11-id-get", "proxy", "push-update-broad",
        "push-update-cid", "quit", "remote", "remote-entry-count", "remote-entry-get", "rsa-sig", "signal", "state", "status", "test", "username",
        "verb", "version",
    };

    /// <exception cref="ArgumentException">A line would end the block, would be cut, or would be a command if it were not in a block.</exception>
    public static byte[] Write(IReadOnlyList<string> lines, int maxLineBytes)
    {
        var text = new StringBuilder();
        foreach (string line in lines)
        {
            ArgumentNullException.ThrowIfNull(line, nameof(lines));
            CommandLine.ThrowIfUnsendable(line, maxLineBytes, nameof(lines));
            if (line == "END")
                throw new ArgumentException("A line 'END' would end the block.", nameof(lines));
            string first = line.TrimStart(' ').Split(' ', 2)[0].Trim('"', '\'');
            if (s_commands.Contains(first))
                throw new ArgumentException("A line of a block must not begin like a management command.", nameof(lines));
            text.Append(line).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.Append("END\n").ToString());
    }
}
