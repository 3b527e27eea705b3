namespace Mgmt.Core.Status;

/// <summary>A row of a status that could not be read; it costs itself and not the reply.</summary>
/// <param name="Line">Its beginning.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record MalformedRow(string Line, string Reason);
