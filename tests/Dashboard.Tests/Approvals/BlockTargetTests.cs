using System.Collections.Immutable;

using Dashboard.Approvals;
using Dashboard.Live;
using Dashboard.Tests.Components;

namespace Dashboard.Tests.Approvals;

/// <summary>By which name a client is kept out, so that it is this person and nobody else.</summary>
public sealed class BlockTargetTests
{
    [Fact]
    public void A_certificate_is_meant_where_nothing_is_said() =>
        Assert.Equal([Certificate("alice"), User("user-0")], Of(Client("alice", "user-0"), Client("bob", "user-1")));

    [Theory]
    [InlineData(false)] // a script or a plugin has accepted it
    [InlineData(true)] // we are asked, and nobody may have checked it
    [InlineData(null)]
    public void Behind_one_certificate_for_a_whole_office_the_user_is_meant_where_its_name_was_checked(bool? asks) =>
        Assert.Equal(asks is false ? [User("lena"), Certificate("office")] : [Certificate("office"), User("lena")],
            BlockTarget.Of(Client("office", "lena"), Server(Client("office", "karl"), Client("office", "lena")) with { ClientAuth = asks }));

    [Fact]
    public void One_user_on_two_devices_with_one_certificate_shares_it_with_nobody() =>
        Assert.Equal([Certificate("office"), User("lena")], Of(Client("office", "lena"), Client("office", "LENA")));

    [Fact]
    public void Without_a_certificate_only_the_user_name_can_be_meant() => Assert.Equal([User("lena")], Of(Client("UNDEF", "lena"), Client("UNDEF", "karl")));

    [Fact]
    public void Nobody_is_meant_where_there_is_no_name() => Assert.Empty(Of(Client("UNDEF", null)));

    [Fact]
    public void A_session_that_is_called_by_its_user_is_meant_by_the_name_on_its_certificate() =>
        Assert.Equal([Certificate("office"), User("lena")], Of(Client("lena", "lena") with { CertificateName = "office" }));

    private static BlockedName Certificate(string name) => new(NameKind.Certificate, name);

    private static BlockedName User(string name) => new(NameKind.User, name);

    private static ImmutableArray<BlockedName> Of(ClientSnapshot client, params ClientSnapshot[] others) => BlockTarget.Of(client, Server([client, .. others]) with { ClientAuth = false });

    private static ServerSnapshot Server(params ClientSnapshot[] clients) => Sample.Server().With(clients);

    private static ClientSnapshot Client(string commonName, string? username) => Sample.Client(commonName) with { Username = username };
}
