using Dashboard.Fleet;
using Dashboard.Live;

namespace Dashboard.Approvals;

/// <summary>A request that has not been answered yet. Touched by its server's loop only.</summary>
internal sealed class OpenRequest(AuthRequest request, Moment since)
{
    public Guid Id { get; } = Guid.CreateVersion7();
    public AuthRequest Request { get; } = request;

    /// <summary>When the client began to ask: one that asks anew has no longer to be answered for it.</summary>
    public Moment Since { get; } = since;

    /// <summary>What the policy said; null until it was asked.</summary>
    public Verdict? Verdict { get; set; }

    /// <summary>A list had the client after it asked: one that has it no more says that it has given up.</summary>
    public bool WasListed { get; set; }

    /// <summary>The client was told, or cannot be.</summary>
    public bool IsToldOrCannot { get; set; }
    public bool IsTold { get; set; }

    public WaitingClient Picture(ServerOptions server) => new(Id, server.Name, Request.Client, Request.CommonName, Request.Username, Request.RealAddress, Request.Platform, Since.Wall, Since.Wall + server.ApprovalDeadline)
    {
        IsApprovedByDefault = server.ApprovalDefault is ApprovalDefault.Approve,
        IsReauthentication = Request.IsReauthentication,
        IsTold = IsTold,
        Remark = Verdict is Verdict.Ask ask ? ask.Remark : "",
    };
}
