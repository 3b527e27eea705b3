namespace Mgmt.Core.Commands;

/// <summary>What a client is asked to do while its authentication is pending. Which of these it can do, it says in <c>IV_SSO</c>.</summary>
public abstract record PendingAuthRequest
{
    private PendingAuthRequest()
    {
        // closed: every case is nested below
    }

    /// <summary>Open a page in a web view (<c>IV_SSO</c> has <c>webauth</c>).</summary>
    /// <param name="Url">The page.</param>
    /// <param name="Flags">Such as <c>hidden</c>, <c>external</c>, <c>proxy=…</c>, separated by commas.</param>
    public sealed record WebAuth(string Url, string Flags = "") : PendingAuthRequest
    {
        /// <summary><c>WEB_AUTH:FLAGS:URL</c>.</summary>
        public override string ToString() => Flags.Contains(':', StringComparison.Ordinal)
            ? throw new InvalidOperationException("The flags of WEB_AUTH cannot contain a colon.")
            : $"WEB_AUTH:{Flags}:{Url}";
    }

    /// <summary>Open a page in the browser (<c>openurl</c>); replaced by <see cref="WebAuth"/>.</summary>
    /// <param name="Url">The page.</param>
    public sealed record OpenUrl(string Url) : PendingAuthRequest
    {
        /// <summary><c>OPEN_URL:URL</c>.</summary>
        public override string ToString() => "OPEN_URL:" + Url;
    }

    /// <summary>Answer a question (<c>crtext</c>); the answer comes as CR_RESPONSE.</summary>
    /// <param name="Text">The question.</param>
    /// <param name="NeedsResponse">Whether an answer is wanted at all.</param>
    /// <param name="Echo">Whether the answer may be shown while it is typed.</param>
    public sealed record CrText(string Text, bool NeedsResponse = true, bool Echo = false) : PendingAuthRequest
    {
        /// <summary><c>CR_TEXT:FLAGS:TEXT</c>.</summary>
        public override string ToString() => $"CR_TEXT:{(NeedsResponse, Echo) switch { (true, true) => "R,E", (true, false) => "R", (false, true) => "E", _ => "" }}:{Text}";
    }

    /// <summary>Any other text.</summary>
    /// <param name="Extra">As it is sent.</param>
    public sealed record Other(string Extra) : PendingAuthRequest
    {
        /// <summary>The text.</summary>
        public override string ToString() => Extra;
    }

    /// <summary>Reads the text that a client sees as <c>&gt;INFOMSG</c>.</summary>
    /// <param name="text">Such as <c>CR_TEXT:R,E:Your code?</c>.</param>
    public static PendingAuthRequest Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', 3);
        return parts[0] switch
        {
            "WEB_AUTH" when parts.Length == 3 => new WebAuth(parts[2], parts[1]),
            "OPEN_URL" when parts.Length > 1 => new OpenUrl(text["OPEN_URL:".Length..]),
            "CR_TEXT" when parts.Length == 3 => new CrText(parts[2], HasFlag(parts[1], "R"), HasFlag(parts[1], "E")),
            _ => new Other(text),
        };
    }

    private static bool HasFlag(string flags, string flag) => flags.Split(',').Contains(flag, StringComparer.Ordinal);
}
