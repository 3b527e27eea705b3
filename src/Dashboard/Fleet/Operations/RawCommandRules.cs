using System.Globalization;

namespace Dashboard.Fleet.Operations;

/// <summary>Which typed-in commands are not sent: those that would break the management session, mislead the dashboard, or leave a secret behind.</summary>
internal static class RawCommandRules
{
    /// <returns>Why not, for a person; null where nothing speaks against it.</returns>
    public static string? WhyNot(string line)
    {
        if (line.Any(c => c is < ' ' or '\x7f'))
            return "A command is one line: it cannot have line breaks or other control characters in it.";
        if (CommandWords.Split(line) is not { } words)
            return "The quotes or backslashes do not match: OpenVPN would not understand the line.";
        return words.Count > 0 ? WhyNot(words[0], [.. words.Skip(1)]) : "There is nothing to send: the line is empty or a comment.";
    }

    /// <summary>The line as it may be kept: what can hold a secret is left out, sent or not.</summary>
    public static string ForRecord(string line) =>
        CommandWords.Split(line) switch
        {
            null => "[a line with unmatched quotes]",
            [var name and ("password" or "username" or "cr-response" or "needstr"), ..] => $"{name} [hidden]",
            _ => Secrets.Mask(line),
        };

    private static string? WhyNot(string name, string[] arguments) => name switch
    {
        "exit" or "quit" => "It would close the dashboard’s own management session.",
        "bytecount" => "The dashboard’s rates come from the byte counts that it has asked for.",
        "state" or "log" or "echo" when arguments.Contains("off", StringComparer.Ordinal) => "The dashboard follows these notifications; without them it would no longer know what happens.",
        "status" when arguments is not ["2" or "3", ..] => "Ask for status 2 or status 3. In status 1 a client’s name begins the line, and a name can look like something else.",
        "version" when arguments.Length > 0 => "It changes how OpenVPN speaks to the dashboard.",
        "env-filter" when arguments is not ([] or ["0"]) => "With a filter a client can choose the name under which the dashboard sees it.",
        "client-auth" or "client-pf" or "pk-sig" or "rsa-sig" or "certificate" => "It opens a block of lines, which cannot be typed here: OpenVPN would take every later command for a part of it.",
        "password" or "username" or "cr-response" => "What is typed here is shown, and kept on record: no place for credentials.",
        "signal" when arguments is ["SIGTERM" or "SIGINT", ..] => "It ends the daemon. Use Control, which says what that means and asks.",
        "pkcs11-id-count" or "pkcs11-id-get" => "While OpenVPN waits for a hold release this command crashes it.",
        "test" when arguments is not [var count, ..] || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int lines) || lines > 100 => "At most 100 lines: OpenVPN does nothing else while it writes them.",
        _ => null,
    };
}
