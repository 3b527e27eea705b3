using Dashboard.Live;

namespace Dashboard.Components.Viewing;

/// <summary>How the screens speak of a server's status.</summary>
internal static class ServerWords
{
    public static string Label(this ServerStatus status) => status switch
    {
        ServerStatus.Connecting => "Connecting",
        ServerStatus.Live => "Live",
        ServerStatus.Stale => "Stale",
        ServerStatus.Held => "Held",
        ServerStatus.Starting => "Starting",
        ServerStatus.SlotTaken => "Slot taken",
        ServerStatus.Released => "Released",
        ServerStatus.PasswordWanted => "Password wanted",
        ServerStatus.PasswordWrong => "Password wrong",
        ServerStatus.NotOpenVpn => "Not OpenVPN",
        ServerStatus.Unreachable => "Unreachable",
        _ => status.ToString(),
    };

    public static Tone Tone(this ServerStatus status) => status switch
    {
        ServerStatus.Live => Viewing.Tone.Good,
        ServerStatus.Held => Viewing.Tone.Waiting,
        ServerStatus.Starting or ServerStatus.Stale or ServerStatus.SlotTaken => Viewing.Tone.Warning,
        ServerStatus.Connecting or ServerStatus.Released => Viewing.Tone.Neutral,
        _ => Viewing.Tone.Bad,
    };

    /// <summary>Whether a person has to do something; what settles by itself is left alone.</summary>
    public static bool NeedsAttention(this ServerSnapshot server) =>
        !server.Questions.IsEmpty || server.IsOverdue
        || server.Status is not (ServerStatus.Live or ServerStatus.Connecting or ServerStatus.Starting or ServerStatus.Released)
        && !(server.Status is ServerStatus.Held && server.HoldIsExpected);

    /// <summary>Whether there is a management session to send a command over.</summary>
    public static bool TakesCommands(this ServerSnapshot server) =>
        server.Status is ServerStatus.Live or ServerStatus.Stale or ServerStatus.Held or ServerStatus.Starting;

    /// <summary>Why a command cannot be sent; null when it can.</summary>
    public static string? WhyNoCommands(this ServerSnapshot server) =>
        server.TakesCommands() ? null : $"No management session: {server.Status.Label().ToLowerInvariant()}. {server.Detail}".TrimEnd();

    /// <summary>The reason for the status, as a sentence.</summary>
    public static string Reason(this ServerSnapshot server) => Sentence(server.Detail);

    /// <summary>The reason and what can be done about it, as sentences.</summary>
    public static string Explanation(this ServerSnapshot server) => $"{server.Reason()} {Sentence(server.Advice)}".Trim();

    private static string Sentence(string text)
    {
        text = HostileText.Visible(text).Trim();
        return text.Length == 0 || text[^1] is '.' or '!' or '?' or ':' ? text : text + ".";
    }

    /// <summary>The kind of endpoint: <c>unix</c>, <c>tcp</c>, <c>tunnel</c>.</summary>
    public static string Transport(this ServerSnapshot server) =>
        server.Endpoint.IndexOf(':', StringComparison.Ordinal) is > 0 and int colon ? server.Endpoint[..colon] : server.Endpoint;
}
