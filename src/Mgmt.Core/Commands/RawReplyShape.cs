using Mgmt.Core.Connection;

namespace Mgmt.Core.Commands;

/// <summary>How the reply to a typed-in command ends.</summary>
internal static class RawReplyShape
{
    /// <param name="words">The line split at blanks.</param>
    public static ReplyShape Of(ReadOnlySpan<string> words) => Plain(words[0]) switch
    {
        "help" or "net" or "status" or "remote-entry-count" or "remote-entry-get" => ReplyShape.Lines,
        "version" => words.Length == 1 ? ReplyShape.Lines : ReplyShape.Open,
        "test" => ReplyShape.Open,
        "state" or "log" or "echo" => OfHistory(words[1..]),
        "push-update-broad" or "push-update-cid" => ReplyShape.PushUpdate,
        "pkcs11-id-count" or "pkcs11-id-get" => ReplyShape.Notification,
        _ => ReplyShape.Line,
    };

    /// <summary>Whether the lines that follow would be swallowed.</summary>
    /// <param name="words">The line split at blanks.</param>
    public static bool OpensBlock(ReadOnlySpan<string> words) => Plain(words[0]) switch
    {
        "client-auth" or "client-pf" or "pk-sig" or "rsa-sig" or "certificate" => true,
        "password" => words.Length == 2, // from 2.7.2 on
        _ => false,
    };

    private static ReplyShape OfHistory(ReadOnlySpan<string> words) => words switch
    {
        [] => ReplyShape.Lines,
        [var only] => IsSwitch(only) ? ReplyShape.Line : ReplyShape.Lines,
        [var first, var second, ..] => (IsSwitch(first), IsSwitch(second)) switch
        {
            (true, true) => ReplyShape.TwoLines,
            (true, false) => ReplyShape.LineThenLines,
            (false, true) => ReplyShape.LinesThenLine,
            (false, false) => ReplyShape.TwoLists,
        },
    };

    private static bool IsSwitch(string word) => Plain(word) is "on" or "off";

    // A word may be quoted without need.
    private static string Plain(string word) => word.Length > 2 && word[0] is '"' or '\'' && word[^1] == word[0] ? word[1..^1] : word;
}
