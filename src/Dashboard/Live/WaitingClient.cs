using Mgmt.Core;

namespace Dashboard.Live;

/// <summary>A client that waits for a person to decide whether it may come in. Names and addresses are text chosen by strangers.</summary>
/// <param name="Id">Names the request for pages and the API.</param>
/// <param name="Deadline">When the default decides instead, our clock.</param>
public sealed record WaitingClient(Guid Id, string Server, ClientId Cid, string CommonName, string? Username, string RealAddress, string? Platform, DateTimeOffset Since, DateTimeOffset Deadline)
{
    /// <summary>What happens at the deadline.</summary>
    public bool IsApprovedByDefault { get; init; }

    /// <summary>The client is connected, and its key is being renewed.</summary>
    public bool IsReauthentication { get; init; }

    /// <summary>The client was told that somebody is being asked.</summary>
    public bool IsTold { get; init; }

    /// <summary>Why a person is asked although the policy might have known.</summary>
    public string Remark { get; init; } = "";
}
