using Dashboard.Approvals;
using Dashboard.Fleet;

using Mgmt.Core;

namespace Dashboard.Tests.Approvals;

public sealed class ApprovalRulesTests
{
    private static readonly AuthRequest s_alice = new(new ClientId(0), new KeyId(1), false, "alice", "alice", "user-0", "198.51.100.11:1", null);
    private static readonly Block s_block = new(Guid.Empty, null, "alice", "left", default, "ana", null);

    [Theory]
    [InlineData(ApprovalPolicy.ApproveAll, null, "Approve")]
    [InlineData(ApprovalPolicy.ApproveKnown, true, "Approve")]
    [InlineData(ApprovalPolicy.ApproveKnown, false, "Ask")]
    [InlineData(ApprovalPolicy.ApproveKnown, null, "Ask")]
    [InlineData(ApprovalPolicy.Ask, true, "Ask")]
    [InlineData(ApprovalPolicy.Deny, true, "Deny")]
    [InlineData(ApprovalPolicy.Leave, true, "Leave")]
    public void Each_policy_answers_a_client_that_connects(ApprovalPolicy policy, bool? isKnown, string verdict) =>
        Assert.Equal(verdict, Decide(policy, isKnown: isKnown).GetType().Name);

    [Theory]
    [InlineData(ApprovalPolicy.ApproveAll)]
    [InlineData(ApprovalPolicy.ApproveKnown)]
    [InlineData(ApprovalPolicy.Ask)]
    public void A_blocked_name_is_refused_with_the_reason_whatever_the_policy(ApprovalPolicy policy) =>
        Assert.Equal("Blocked: left", Assert.IsType<Verdict.Deny>(Decide(policy, block: s_block, isKnown: true, isLetIn: true)).Reason);

    [Fact]
    public void Where_another_program_answers_a_block_is_not_answered_either() =>
        Assert.IsType<Verdict.Leave>(Decide(ApprovalPolicy.Leave, block: s_block));

    [Theory]
    [InlineData(ApprovalPolicy.Ask)]
    [InlineData(ApprovalPolicy.ApproveKnown)]
    public void A_renewed_key_of_a_session_that_was_let_in_asks_nobody(ApprovalPolicy policy) =>
        Assert.IsType<Verdict.Approve>(Decide(policy, s_alice with { IsReauthentication = true }, isLetIn: true));

    [Fact]
    public void A_renewed_key_under_another_user_name_is_asked_about() =>
        Assert.IsType<Verdict.Ask>(Decide(ApprovalPolicy.Ask, s_alice with { IsReauthentication = true }, isLetIn: false));

    [Theory]
    [InlineData(null)]
    [InlineData("mallory")]
    public void A_known_name_that_no_certificate_proves_is_asked_about(string? certificateName) =>
        Assert.IsType<Verdict.Ask>(Decide(ApprovalPolicy.ApproveKnown, s_alice with { CertificateName = certificateName }, isKnown: true));

    private static Verdict Decide(ApprovalPolicy policy, AuthRequest? request = null, Block? block = null, bool? isKnown = null, bool isLetIn = false) =>
        ApprovalRules.Decide(policy, request ?? s_alice, block, isKnown, isLetIn);
}
