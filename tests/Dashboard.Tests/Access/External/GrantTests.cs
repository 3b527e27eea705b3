using Dashboard.Access;
using Dashboard.Access.External;

namespace Dashboard.Tests.Access.External;

public sealed class GrantTests
{
    private static readonly GrantOptions[] s_grants =
    [
        new() { Group = "admins", Role = Roles.Admin },
        new() { Group = "paris", Role = Roles.Operator, Servers = ["paris"] },
        new() { Group = "lyon", Role = Roles.Operator, Servers = ["lyon", "paris"] },
        new() { Group = "staff", Role = Roles.Viewer },
    ];

    [Theory]
    [InlineData("admins", Roles.Admin, "")]
    [InlineData("paris", Roles.Operator, "paris")]
    [InlineData("paris,lyon", Roles.Operator, "lyon,paris")]
    [InlineData("staff,paris,admins", Roles.Admin, "")]
    public void The_highest_role_counts_on_its_own_servers(string groups, string role, string servers)
    {
        Grant? grant = Grant.Of(s_grants, groups.Split(','));

        Assert.Equal((role, servers), (grant?.Role, string.Join(',', grant?.Servers ?? ["?"])));
    }

    [Fact]
    public void A_lower_role_on_all_servers_does_not_carry_the_higher_one_there()
    {
        Grant? grant = Grant.Of(s_grants, ["staff", "paris"]);

        Assert.Equal(["paris"], grant!.Servers);
    }

    [Theory]
    [InlineData("strangers")]
    [InlineData("Admins")]
    [InlineData("")]
    [InlineData("*")]
    public void No_group_no_role(string group) => Assert.Null(Grant.Of(s_grants, [group]));

    [Fact]
    public void A_star_is_everybody()
    {
        Grant? grant = Grant.Of([.. s_grants, new GrantOptions { Group = "*", Role = Roles.Viewer, Servers = ["lyon"] }], []);

        Assert.Equal((Roles.Viewer, "lyon"), (grant?.Role, grant?.Servers.Single()));
    }
}
