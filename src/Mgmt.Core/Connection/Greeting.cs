using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mgmt.Core.Connection;

/// <summary>
/// The first words of a connection: a password prompt without a line end, its confirmation, the greeting. Pure; fed with all bytes so far.
/// </summary>
internal static class Greeting
{
    /// <summary>What the bytes so far amount to.</summary>
    public enum Verdict
    {
        /// <summary>More bytes are needed.</summary>
        Incomplete,

        /// <summary>A prompt: the daemon wants (or wants again) the password.</summary>
        PasswordPrompt,

        /// <summary>The greeting.</summary>
        Complete,

        /// <summary>An event that somebody else's greeting, or none, stands before: a relay that has taken the greeting passes them on.</summary>
        Event,

        /// <summary>This is not OpenVPN.</summary>
        Foreign,
    }

    /// <summary>No greeting is longer than this.</summary>
    public const int MaxLength = 1024;

    /// <summary>Longer than the longest kind of event, <c>NEED-CERTIFICATE</c>.</summary>
    private const int LongestKind = 32;

    private static readonly SearchValues<byte> s_ofKinds = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"u8);

    private static ReadOnlySpan<byte> Prompt => "ENTER PASSWORD:"u8;

    private static ReadOnlySpan<byte> Accepted => "SUCCESS: password is correct"u8;

    // >INFO:OpenVPN Management Interface Version {N} -- type 'help' for more info
    private static ReadOnlySpan<byte> Start => ">INFO:OpenVPN Management Interface Version "u8;

    /// <summary>Reads the next element from the start of <paramref name="received"/>.</summary>
    /// <param name="received">What has not been consumed yet.</param>
    /// <param name="consumed">How many bytes the element took.</param>
    /// <param name="greeting">The greeting's text after <c>&gt;INFO:</c>.</param>
    /// <param name="version">The number in it.</param>
    public static Verdict Read(ReadOnlySpan<byte> received, out int consumed, out string greeting, out int version)
    {
        greeting = "";
        version = 0;
        consumed = 0;
        if (received.StartsWith(Prompt))
        {
            consumed = Prompt.Length;
            return Verdict.PasswordPrompt;
        }

        if (IsEvent(received))
        {
            consumed = received.IndexOf((byte)'\n') + 1;
            return consumed > 0 ? Verdict.Event : Verdict.Incomplete;
        }

        if (!IsPossible(received, Prompt) && !IsPossible(received, Accepted) && !IsPossible(received, Start) && !MayBecomeEvent(received))
            return Verdict.Foreign;
        int end = received.IndexOf((byte)'\n');
        if (end < 0)
            return received.Length > MaxLength ? Verdict.Foreign : Verdict.Incomplete;
        ReadOnlySpan<byte> line = received[..end].TrimEnd((byte)'\r');
        if (line.SequenceEqual(Accepted))
        {
            Verdict next = Read(received[(end + 1)..], out int more, out greeting, out version);
            consumed = end + 1 + more;
            return next;
        }

        if (line.Length > MaxLength || !line.StartsWith(Start))
            return Verdict.Foreign;
        ReadOnlySpan<byte> number = line[Start.Length..];
        int blank = number.IndexOf((byte)' ');
        if (!int.TryParse(blank < 0 ? number : number[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out version))
            return Verdict.Foreign;
        greeting = Encoding.UTF8.GetString(line[">INFO:".Length..]);
        consumed = end + 1;
        return Verdict.Complete;
    }

    /// <summary>Whether this begins as an event of OpenVPN's, other than the greeting: <c>&gt;KIND:</c>.</summary>
    public static bool IsEvent(ReadOnlySpan<byte> received)
    {
        int colon = received[..Math.Min(received.Length, LongestKind + 2)].IndexOf((byte)':');
        return colon > 1 && received[0] == (byte)'>' && received[1..colon] is var kind && !kind.SequenceEqual("INFO"u8) && kind.IndexOfAnyExcept(s_ofKinds) < 0;
    }

    /// <summary>Whether this may become an event: too little has come to tell.</summary>
    private static bool MayBecomeEvent(ReadOnlySpan<byte> received) =>
        received.Length <= LongestKind && received is [(byte)'>', .. var kind] && kind.IndexOfAnyExcept(s_ofKinds) < 0;

    private static bool IsPossible(ReadOnlySpan<byte> received, ReadOnlySpan<byte> wanted) =>
        received.Length < wanted.Length ? wanted.StartsWith(received) : received.StartsWith(wanted);
}
