using Dashboard.Access;
using Dashboard.Access.External;
using Dashboard.Access.Proxies;
using Dashboard.Access.SingleSignOn;
using Microsoft.Extensions.Options;

namespace Dashboard.Tests.Access.External;

public sealed class ExternalOptionsTests
{
    private const string Section = "Dashboard:Access:";

    private static AccessOptions Good => new()
    {
        SingleSignOn = { Authority = "https://id.example.com/realms/staff", ClientId = "dashboard" },
        ProxySignIn = { UserHeader = "X-Forwarded-User", GroupsHeader = "X-Forwarded-Groups", Addresses = ["10.0.0.1"] },
        Grants = [new GrantOptions { Group = "vpn-admins", Role = Roles.Admin }],
    };

    [Fact]
    public void Nothing_configured_is_no_mistake() => Assert.Empty(MistakesOf(new AccessOptions()));

    [Fact]
    public void A_complete_configuration_has_no_mistake() => Assert.Empty(MistakesOf(Good));

    [Theory]
    [InlineData("http://id.example.com")]
    [InlineData("https://user:password@id.example.com")]
    [InlineData("https://id.example.com/?realm=staff")]
    [InlineData("id.example.com")]
    [InlineData("")]
    public void An_address_that_others_can_listen_to_or_that_is_none_is_refused(string authority)
    {
        AccessOptions options = Good;
        options.SingleSignOn.Authority = authority;

        Assert.StartsWith(Section + "SingleSignOn:Authority ", Assert.Single(MistakesOf(options)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_provider_on_this_machine_may_do_without_https()
    {
        AccessOptions options = Good;
        options.SingleSignOn.Authority = "http://127.0.0.1:8081/realms/staff";

        Assert.Empty(MistakesOf(options));
    }

    [Theory]
    [InlineData("SingleSignOn:ClientId")]
    [InlineData("SingleSignOn:ClientSecretFile")]
    [InlineData("SingleSignOn:DisplayName")]
    [InlineData("SingleSignOn:NameClaim")]
    [InlineData("SingleSignOn:GroupsClaim")]
    [InlineData("SingleSignOn:Scopes:0")]
    [InlineData("ProxySignIn:Addresses is empty")]
    [InlineData("ProxySignIn:Addresses:0")]
    [InlineData("ProxySignIn:UserHeader 'Host'")]
    [InlineData("ProxySignIn:GroupsHeader 'a b'")]
    [InlineData("Grants is empty")]
    [InlineData("Grants:0:Group")]
    [InlineData("Grants:0:Role")]
    [InlineData("Grants:0:Servers")]
    public void Each_mistake_is_told_with_its_key(string key)
    {
        AccessOptions options = Good;
        SingleSignOnOptions sso = options.SingleSignOn;
        ProxySignInOptions proxy = options.ProxySignIn;
        switch (key)
        {
            case "SingleSignOn:ClientId": sso.ClientId = null; break;
            case "SingleSignOn:ClientSecretFile": sso.ClientSecretFile = "/nowhere/client.secret"; break;
            case "SingleSignOn:DisplayName": sso.DisplayName = " "; break;
            case "SingleSignOn:NameClaim": sso.NameClaim = ""; break;
            case "SingleSignOn:GroupsClaim": sso.GroupsClaim = ""; break;
            case "SingleSignOn:Scopes:0": sso.Scopes = ["profile email"]; break;
            case "ProxySignIn:Addresses is empty": proxy.Addresses = []; break;
            case "ProxySignIn:Addresses:0": proxy.Addresses = ["proxy.example"]; break;
            case "ProxySignIn:UserHeader 'Host'": proxy.UserHeader = "Host"; break;
            case "ProxySignIn:GroupsHeader 'a b'": proxy.GroupsHeader = "a b"; break;
            case "Grants is empty": options.Grants = []; break;
            case "Grants:0:Group": options.Grants[0].Group = null; break;
            case "Grants:0:Role": options.Grants[0].Role = "Owner"; break;
            default: options.Grants[0].Servers = [""]; break;
        }

        Assert.StartsWith(Section + key, Assert.Single(MistakesOf(options)), StringComparison.Ordinal);
    }

    [Fact]
    public void No_message_quotes_the_secret()
    {
        AccessOptions options = Good;
        (options.SingleSignOn.ClientSecret, options.SingleSignOn.ClientSecretFile) = ("very-secret-indeed", "/nowhere");

        Assert.DoesNotContain("very-secret-indeed", Assert.Single(MistakesOf(options)), StringComparison.Ordinal);
    }

    private static string[] MistakesOf(AccessOptions options) =>
    [
        .. ((IValidateOptions<AccessOptions>[])[new SingleSignOnValidator(), new ProxySignInValidator(), new GrantsValidator()])
            .SelectMany(validator => validator.Validate(name: null, options).Failures ?? []),
    ];
}
