namespace Mgmt.Core.Sockets;

/// <summary>How bad it is.</summary>
public enum SocketAdviceSeverity
{
    /// <summary>It works; it could be better.</summary>
    Advice,

    /// <summary>It works for some, or not as it looks.</summary>
    Warning,

    /// <summary>It cannot work: OpenVPN refuses to start, or no connection can ever be made.</summary>
    Error,
}

/// <summary>Something about the sockets in an OpenVPN configuration.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Line">The line it is about, from 1; 0 for something that is missing.</param>
/// <param name="Text">What, why, and what to write instead.</param>
public sealed record SocketAdvice(SocketAdviceSeverity Severity, int Line, string Text);
