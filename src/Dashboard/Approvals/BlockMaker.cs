using System.Security.Claims;

using Dashboard.History;

namespace Dashboard.Approvals;

/// <summary>Makes blocks as they can be stored: the name to the letter, everything else cleaned.</summary>
internal static class BlockMaker
{
    private const int MaxReasonLength = 1000;

    public static Block Make(string? server, string commonName, string? reason, ClaimsPrincipal by, BlockTerm term, DateTimeOffset now) =>
        new(Guid.CreateVersion7(), server, commonName, string.IsNullOrWhiteSpace(reason) ? null : StoredText.CleanAndCut(reason.Trim(), MaxReasonLength), now, StoredText.Clean(by.Identity?.Name ?? ""), term.EndsAt(now));
}
