using System.Text;

namespace Dashboard.Approvals;

/// <summary>Text of ours that a daemon and its clients are to read: one line, and not too long.</summary>
internal static class DaemonText
{
    /// <summary>In bytes; a parameter may have 256, and the daemon puts words of its own around it.</summary>
    public const int MaxLength = 200;

    /// <summary>Makes any text fit: what would break the line becomes a blank, what is too long is cut.</summary>
    public static string Fit(string text)
    {
        StringBuilder fitting = new(Math.Min(text.Length, MaxLength));
        int bytes = 0;
        foreach (Rune rune in text.EnumerateRunes()) // half a pair comes as U+FFFD
        {
            Rune safe = Rune.IsControl(rune) ? new Rune(' ') : rune;
            if ((bytes += safe.Utf8SequenceLength) > MaxLength)
                break;
            fitting.Append(safe);
        }
        return fitting.ToString();
    }

    /// <summary>Why a text that a person gave cannot be sent as it is; null when it can.</summary>
    public static string? WhyNot(string text) =>
        Fit(text) == text ? null : $"The reason is longer than {MaxLength} bytes, or has line breaks or other control characters in it. Nothing was sent.";
}
