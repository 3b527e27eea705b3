using System.Security.Claims;

using Dashboard.History;
using Dashboard.Live;

using Mgmt.Core.Status;

namespace Dashboard.Approvals;

/// <summary>Makes blocks as they can be stored: the name to the letter, without blanks around it, everything else cleaned.</summary>
internal static class BlockMaker
{
    private const int MaxNameLength = 256;
    private const int MaxReasonLength = 1000;

    /// <summary>Why there can be no such block, wherever it is wanted; null when there can.</summary>
    public static string? WhyNot(BlockedName name, BlockTerm term, string? reason) =>
        string.IsNullOrWhiteSpace(name.Text) || name.Text is StatusClient.Undefined ? "A block needs a name: the common name on the client's certificate, or its user name."
        : name.Text.Length > MaxNameLength || name.Text.Any(char.IsControl) ? $"A name has at most {MaxNameLength} characters, none of them a control character."
        : reason is { Length: > MaxReasonLength } ? $"The reason is longer than {MaxReasonLength} characters."
        : !term.IsValid ? "A block lasts longer than nothing and at most ten years; or until it is lifted."
        : null;

    /// <summary>Why a block was not added.</summary>
    public static string TooMany(BlockedName name) => $"{BlockList.MaxOnName} blocks stand on {name} already. Lift some of them first.";

    public static Block Make(string? server, BlockedName name, string? reason, ClaimsPrincipal by, BlockTerm term, DateTimeOffset now) =>
        new(Guid.CreateVersion7(), server, ClientNames.Folded(name.Text), string.IsNullOrWhiteSpace(reason) ? null : StoredText.CleanAndCut(reason.Trim(), MaxReasonLength), now, StoredText.Clean(by.Identity?.Name ?? ""), term.EndsAt(now)) { Kind = name.Kind };
}
