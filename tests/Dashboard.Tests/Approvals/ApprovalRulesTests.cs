using Dashboard.Approvals;
using Dashboard.Fleet;

using Mgmt.Core;
using Mgmt.Core.Events;

namespace Dashboard.Tests.Approvals;

public sealed class ApprovalRulesTests
{
    private static readonly AuthRequest s_alice = new(new ClientId(0), new KeyId(1), false, "alice", "alice", "user-0", "198.51.100.11:1", null) { IsProven = true };
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
    public void A_renewed_key_of_a_session_that_nobody_let_in_is_asked_about() =>
        Assert.IsType<Verdict.Ask>(Decide(ApprovalPolicy.Ask, s_alice with { IsReauthentication = true }, isLetIn: false));

    [Fact]
    public void A_known_name_that_no_certificate_proves_is_asked_about() =>
        Assert.IsType<Verdict.Ask>(Decide(ApprovalPolicy.ApproveKnown, s_alice with { IsProven = false }, isKnown: true));

    [Theory]
    [InlineData(true, "common_name=alice", "X509_0_CN=alice")]
    [InlineData(true, "common_name=ida@example.net", "X509_0_emailAddress=ida@example.net", "X509_0_CN=Device 17")] // x509-username-field
    [InlineData(false, "common_name=alice", "X509_0_CN=mallory")]
    [InlineData(false, "common_name=alice", "X509_1_CN=alice")] // the authority's
    [InlineData(false, "common_name=alice", "UV_X509_0_CN=alice")] // the client's own words
    [InlineData(false, "common_name=alice")]
    [InlineData(false, "common_name=", "X509_0_O=")]
    public void A_name_is_proven_by_a_field_of_the_client_s_own_certificate(bool isProven, params string[] environment) =>
        Assert.Equal(isProven, Request(environment).IsProven);

    [Theory]
    [InlineData(true, "untrusted_ip=198.51.100.9", "untrusted_port=40010", "username=ida", "IV_HWADDR=02:00:5e:00:53:01")]
    [InlineData(false, "untrusted_ip=198.51.100.8", "untrusted_port=40009", "username=ida", "IV_HWADDR=02:00:5e:00:53:01")]
    [InlineData(false, "untrusted_ip=198.51.100.9", "untrusted_port=40010", "username=ben", "IV_HWADDR=02:00:5e:00:53:01")]
    [InlineData(false, "untrusted_ip=198.51.100.9", "untrusted_port=40010", "username=ida", "IV_HWADDR=02:00:5e:00:53:02")] // another device behind the same router
    [InlineData(false, "untrusted_ip=198.51.100.9", "untrusted_port=40010", "username=ida")] // it says nothing of itself
    [InlineData(true, "untrusted_ip=198.51.100.9", "untrusted_port=40009", "username=ida")]
    public void The_same_device_asks_again_from_another_port(bool isSame, params string[] environment) =>
        Assert.Equal(isSame, Request(environment).IsSameDevice(Request(["untrusted_ip=198.51.100.9", "untrusted_port=40009", "username=ida", "IV_HWADDR=02:00:5e:00:53:01"])));

    [Fact]
    public void Two_devices_behind_one_router_that_say_nothing_of_themselves_are_two() =>
        Assert.False(Request(["untrusted_ip=198.51.100.9", "untrusted_port=40010"]).IsSameDevice(Request(["untrusted_ip=198.51.100.9", "untrusted_port=40009"])));

    private static AuthRequest Request(string[] environment) => AuthRequest.From(
        new ClientId(0), new KeyId(1), false, new ClientEnvironment(environment.Select(line => KeyValuePair.Create(line.Split('=')[0], line.Split('=')[1]))));

    private static Verdict Decide(ApprovalPolicy policy, AuthRequest? request = null, Block? block = null, bool? isKnown = null, bool isLetIn = false) =>
        ApprovalRules.Decide(policy, request ?? s_alice, block, isKnown, isLetIn);
}
