namespace Mgmt.Core.Status;

/// <summary>A row of a status that could not be read; it costs itself and not the reply.</summary>
/// <param name="Line">Its beginning.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record MalformedRow(string Line, string Reason)
{
    /// <summary>Whose row it is, where that much can be read: this client is there, whatever else the row was to say.</summary>
    public ClientId? Client { get; init; }
}
