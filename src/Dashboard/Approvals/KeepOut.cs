namespace Dashboard.Approvals;

/// <summary>That a client is kept out besides being disconnected.</summary>
/// <param name="Name">By which of its names, as it was confirmed; null for the first of <see cref="BlockTarget.Of"/>.</param>
public sealed record KeepOut(BlockTerm Term, BlockedName? Name = null);
