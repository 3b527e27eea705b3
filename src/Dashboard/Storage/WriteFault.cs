namespace Dashboard.Storage;

/// <summary>That the database answers and takes nothing.</summary>
/// <param name="Reason">For a person.</param>
public sealed record WriteFault(string Reason, DateTimeOffset Since);
