namespace E2E.Pages;

/// <summary>What the tests look at in a block of the API.</summary>
public sealed record ApiBlock(Guid Id, string? Server, string CommonName, string? Reason);
