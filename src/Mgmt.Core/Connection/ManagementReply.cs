namespace Mgmt.Core.Connection;

/// <summary>A daemon's whole answer to one command.</summary>
/// <param name="IsError">The daemon said <c>ERROR:</c>.</param>
/// <param name="Text">What follows the last <c>SUCCESS: </c> or <c>ERROR: </c>; empty if the reply had neither.</param>
/// <param name="Lines">The other lines, without the closing <c>END</c>, in wire order.</param>
/// <param name="IsComplete">False if the daemon stopped before the reply's end.</param>
public sealed record ManagementReply(bool IsError, string Text, IReadOnlyList<string> Lines, bool IsComplete)
{
    /// <summary>The notification that is the reply in fact, for <c>pkcs11-id-count</c> and <c>pkcs11-id-get</c>.</summary>
    public Events.ManagementEvent? Notification { get; init; }

    /// <summary>The reply itself, or an exception with the daemon's words if it is an error.</summary>
    /// <exception cref="ManagementCommandException">The daemon said <c>ERROR:</c>.</exception>
    public ManagementReply EnsureSuccess() => IsError ? throw new ManagementCommandException(this) : this;
}
