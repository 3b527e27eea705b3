using Dashboard.Access.Proxies;
using Dashboard.Settings;
using Dashboard.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Dashboard.Tests.Access.Proxies;

public sealed class PathBaseTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/vpn")]
    [InlineData("/tools/vpn-1.0_~")]
    public void A_path_is_fine(string path) => Assert.Null(PathBase.FindMistake(path));

    [Theory]
    [InlineData("vpn", "'vpn' is not a path such as /vpn: write /vpn.")]
    [InlineData("/vpn/", "'/vpn/' is not a path such as /vpn: write /vpn.")]
    [InlineData(" /tools/vpn ", "' /tools/vpn ' is not a path such as /vpn: write /tools/vpn.")]
    [InlineData("/vpn?x=1", "'/vpn?x=1' is not a path such as /vpn: write /vpn.")]
    [InlineData("/vpn#top", "'/vpn#top' is not a path such as /vpn: write /vpn.")]
    [InlineData("/", "'/' is not a path such as /vpn.")]
    [InlineData(" ", "' ' is not a path such as /vpn.")]
    [InlineData("/my vpn", "'/my vpn' is not a path such as /vpn.")]
    [InlineData("/vp%6e", "'/vp%6e' is not a path such as /vpn.")]
    [InlineData("/a//b", "'/a//b' is not a path such as /vpn.")]
    [InlineData("/a/..", "'/a/..' is not a path such as /vpn.")]
    [InlineData("/vpn\n", "'/vpn\n' is not a path such as /vpn: write /vpn.")]
    [InlineData("https://ops.example/vpn", "'https://ops.example/vpn' is not a path such as /vpn.")]
    [InlineData("/API/vpn", "the dashboard has pages of its own under '/API/vpn': choose another path, such as /vpn.")]
    public void A_mistake_is_told_with_what_to_write_instead(string path, string expected) => Assert.Equal(expected, PathBase.FindMistake(path));

    [Theory]
    [InlineData(null, "https://ops.example/vpn", "Dashboard:PublicUrl: 'https://ops.example/vpn' has a path: write it as Dashboard:PathBase, too: /vpn.")]
    [InlineData("/vpn", "https://ops.example", "Dashboard:PublicUrl: 'https://ops.example' does not end with Dashboard:PathBase: write https://ops.example/vpn.")]
    [InlineData("/vpn", "https://ops.example/VPN", "Dashboard:PublicUrl: 'https://ops.example/VPN' does not end with Dashboard:PathBase: write https://ops.example/vpn.")]
    [InlineData("/vpn", "ops.example/vpn", "Dashboard:PublicUrl: 'ops.example/vpn' is not an address such as https://vpn.example.net.")]
    public void The_address_that_is_printed_has_the_same_path(string? path, string publicUrl, string expected) =>
        Assert.Equal(expected, Assert.Single(Mistakes(path, publicUrl)));

    [Theory]
    [InlineData(null, "https://vpn.example.net")]
    [InlineData(null, "https://vpn.example.net/")]
    [InlineData("/vpn", "https://ops.example/vpn")]
    [InlineData("/vpn", "https://ops.example/vpn/")]
    public void Two_settings_that_agree_are_fine(string? path, string publicUrl) => Assert.Empty(Mistakes(path, publicUrl));

    [Fact]
    public void All_mistakes_of_paths_stop_the_start()
    {
        SettingsException refusal = Assert.Throws<SettingsException>(static () => DashboardApp.Create(new WebApplicationOptions
        {
            Args = ["--Dashboard:Urls=http://127.0.0.1:8080/vpn;https://*:8443/vpn/;http://127.0.0.1:1/", "--Dashboard:PathBase=vpn/"],
        }));

        Assert.Contains("Dashboard:Urls: 'http://127.0.0.1:8080/vpn' has a path: write http://127.0.0.1:8080 here, and /vpn as Dashboard:PathBase.", refusal.Errors);
        Assert.Contains("Dashboard:Urls: 'https://*:8443/vpn/' has a path: write https://*:8443 here, and /vpn as Dashboard:PathBase.", refusal.Errors);
        Assert.Contains("Dashboard:PathBase: 'vpn/' is not a path such as /vpn: write /vpn.", refusal.Errors);
        Assert.DoesNotContain(refusal.Errors, static error => error.Contains("127.0.0.1:1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_page_of_the_dashboard_could_be_taken_for_the_path()
    {
        await using AccessApp app = await AccessApp.StartAsync(await TestDatabase.NewAsync());

        Assert.All(app.Endpoints.Select(static endpoint => endpoint.RoutePattern.RawText!.Trim('/').Split('/')[0]).Where(static first => first.Length > 0 && !first.Contains('{', StringComparison.Ordinal)).Distinct(),
            static first => Assert.True(PathBase.IsOwn("/" + first) || first.Contains('.', StringComparison.Ordinal), first));
    }

    private static string[] Mistakes(string? path, string publicUrl)
    {
        ConfigurationManager configuration = new() { ["Dashboard:PathBase"] = path, ["Dashboard:PublicUrl"] = publicUrl };
        return [.. ConfigurationSetup.PathMistakes(configuration).Select(static mistake => mistake.ToString())];
    }
}
