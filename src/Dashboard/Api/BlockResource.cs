using Dashboard.Approvals;

namespace Dashboard.Api;

/// <summary>A block as the API shows it. A null server is every server, a null until is "until lifted".</summary>
internal sealed record BlockResource(Guid Id, string? Server, string CommonName, string? Reason, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? Until)
{
    public static BlockResource From(Block block) => new(block.Id, block.Server, block.CommonName, block.Reason, block.CreatedAt, block.CreatedBy, block.Until);
}
