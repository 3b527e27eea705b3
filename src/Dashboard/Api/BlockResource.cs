using Dashboard.Approvals;
using Dashboard.Live;

namespace Dashboard.Api;

/// <summary>A block as the API shows it. <c>nameKind</c> tells whose name it is, a certificate's or a user's. A null server is every server, a null until is "until lifted".</summary>
internal sealed record BlockResource(Guid Id, string? Server, string CommonName, string? Reason, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? Until, NameKind NameKind)
{
    public static BlockResource From(Block block) => new(block.Id, block.Server, block.CommonName, block.Reason, block.CreatedAt, block.CreatedBy, block.Until, block.Kind);
}
