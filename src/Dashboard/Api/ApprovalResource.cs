using Dashboard.Live;

namespace Dashboard.Api;

/// <summary>A client that waits for a decision, as the API shows it.</summary>
/// <param name="Default">What is decided at the deadline.</param>
internal sealed record ApprovalResource(
    Guid Id,
    string Server,
    uint Cid,
    string CommonName,
    string? Username,
    string RealAddress,
    string? Platform,
    bool IsReauthentication,
    string Remark,
    DateTimeOffset Since,
    DateTimeOffset Deadline,
    ApprovalDecision Default)
{
    public static ApprovalResource From(WaitingClient client) => new(
        client.Id,
        client.Server,
        client.Cid.Value,
        client.CommonName,
        client.Username,
        client.RealAddress,
        client.Platform,
        client.IsReauthentication,
        client.Remark,
        client.Since,
        client.Deadline,
        client.IsApprovedByDefault ? ApprovalDecision.Approve : ApprovalDecision.Deny);
}
