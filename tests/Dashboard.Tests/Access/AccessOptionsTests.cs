using Dashboard.Access;
using Dashboard.Access.Tokens;
using Dashboard.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Dashboard.Tests.Access;

public sealed class AccessOptionsTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef";

    [Fact]
    public void A_good_token_passes()
    {
        Assert.True(Validate(new ApiTokenOptions { Name = "ci", Role = "Admin", Token = Secret }).Succeeded);
    }

    [Fact]
    public void Every_mistake_is_listed_with_its_key()
    {
        ValidateOptionsResult result = Validate(
            new ApiTokenOptions { Role = "Owner", Token = "too short" },
            new ApiTokenOptions { Name = "ci", Role = "Admin" },
            new ApiTokenOptions { Name = "CI", Role = "viewer", Token = Secret, TokenFile = "/some/file" },
            new ApiTokenOptions { Name = "file", Role = "Viewer", TokenFile = "/no/such/file" },
            new ApiTokenOptions { Name = "a", Role = "Viewer", Token = Secret },
            new ApiTokenOptions { Name = "b", Role = "Viewer", Token = Secret },
            new ApiTokenOptions { Name = "spaced", Role = "Viewer", Token = "0123456789abcdef 0123456789abcdef" });

        const string Key = "Dashboard:Access:ApiTokens:";
        Assert.Equal(
            [
                Key + "0:Name", Key + "0:Role", Key + "0:Token",
                Key + "1:TokenFile",
                Key + "2:Name", Key + "2:Role", Key + "2:Token",
                Key + "3:TokenFile",
                Key + "5:",
                Key + "6:Token",
            ],
            result.Failures!.Select(static failure => failure.Split(' ')[0] is var key && key.EndsWith(':') && !key.EndsWith("5:", StringComparison.Ordinal) ? key[..^1] : key));
    }

    [Fact]
    public void No_message_quotes_a_secret()
    {
        ValidateOptionsResult result = Validate(
            new ApiTokenOptions { Name = "a", Role = "Viewer", Token = "short-secret" },
            new ApiTokenOptions { Name = "b", Role = "Viewer", Token = "secret\u00e9-0123456789abcdef0123456789abcdef" });

        Assert.Equal(2, result.Failures!.Count());
        Assert.DoesNotContain("secret-", result.FailureMessage);
        Assert.DoesNotContain("short-secret", result.FailureMessage);
        Assert.DoesNotContain("0123456789abcdef", result.FailureMessage);
    }

    [Fact]
    public void Of_a_secret_only_the_hash_is_kept_and_the_configuration_forgets_it()
    {
        const string Key = "Dashboard:Access:ApiTokens:0:Token";
        using var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection([new(Key, Secret)]);
        var options = new AccessOptions { ApiTokens = [new ApiTokenOptions { Name = "ci", Role = "Admin", Token = Secret }] };

        var store = new ApiTokenStore(Options.Create(options), configuration);

        Assert.Equal("ci", store.Find(SecretToken.Hash(Secret))?.Name);
        Assert.Null(store.Find(SecretToken.Hash(Secret + "0")));
        Assert.Null(options.ApiTokens[0].Token);
        Assert.Null(configuration[Key]);
    }

    [Fact]
    public void The_dashboard_does_not_start_with_a_wrong_token()
    {
        var refusal = Assert.Throws<SettingsException>(static () => DashboardApp.Create(new WebApplicationOptions
        {
            Args = ["--Dashboard:Access:ApiTokens:0:Name=ci", "--Dashboard:Access:ApiTokens:0:Role=Root", "--Dashboard:Access:ApiTokens:0:Token=short"],
        }));

        Assert.Contains("Dashboard:Access:ApiTokens:0:Role", refusal.Message);
        Assert.Contains("Dashboard:Access:ApiTokens:0:Token", refusal.Message);
    }

    private static ValidateOptionsResult Validate(params List<ApiTokenOptions> tokens) =>
        new AccessOptionsValidator().Validate(name: null, new AccessOptions { ApiTokens = tokens });
}
