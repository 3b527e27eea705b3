using Dashboard.Approvals;
using Dashboard.Live;
using Dashboard.Tests.Components;

namespace Dashboard.Tests.Approvals;

/// <summary>By which name a client is kept out, so that it is this person and nobody else.</summary>
public sealed class BlockTargetTests
{
    [Fact]
    public void A_certificate_of_one_person_is_meant_by_its_name() =>
        Assert.Equal("alice", BlockTarget.Of(Client("alice", "user-0"), [Client("alice", "user-0"), Client("bob", "user-1")]));

    [Fact]
    public void Behind_one_certificate_for_a_whole_office_the_user_is_meant() =>
        Assert.Equal("lena", BlockTarget.Of(Client("office", "lena"), [Client("office", "karl"), Client("office", "lena")]));

    [Fact]
    public void One_user_on_two_devices_with_one_certificate_shares_it_with_nobody() =>
        Assert.Equal("office", BlockTarget.Of(Client("office", "lena"), [Client("office", "lena"), Client("office", "LENA")]));

    [Theory]
    [InlineData("lena", "lena")]
    [InlineData(null, null)]
    public void Without_a_certificate_only_the_user_name_can_be_meant(string? username, string? expected) =>
        Assert.Equal(expected, BlockTarget.Of(Client("UNDEF", username), [Client("UNDEF", "karl"), Client("UNDEF", username)]));

    private static ClientSnapshot Client(string commonName, string? username) => Sample.Client(commonName) with { Username = username };
}
