namespace Dashboard.Live;

/// <summary>What kind of answer an OpenVPN process waits for.</summary>
public enum QuestionKind
{
    /// <summary>A user name, a password, or both; with the answer to a challenge, perhaps.</summary>
    Credentials,

    /// <summary>Yes or no (<c>&gt;NEED-OK</c>).</summary>
    Confirmation,

    /// <summary>A text (<c>&gt;NEED-STR</c>).</summary>
    Text,

    /// <summary>Whether to connect to a remote, skip it, or connect elsewhere (<c>&gt;REMOTE</c>).</summary>
    Remote,

    /// <summary>Through which proxy (<c>&gt;PROXY</c>).</summary>
    Proxy,

    /// <summary>The server wants a further answer before it lets the client in (<c>CR_TEXT</c>).</summary>
    PendingText,

    /// <summary>The server wants the user to open an address in a browser (<c>WEB_AUTH</c>, <c>OPEN_URL</c>): nothing can be answered here.</summary>
    PendingLink,

    /// <summary>A certificate or a signature, which a program has to give: it cannot be answered here.</summary>
    Key,
}
