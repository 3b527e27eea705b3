using Dashboard.Settings;

using Microsoft.Extensions.Configuration;

namespace Dashboard.Tests.Settings;

public sealed class BrowserAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("http://0.0.0.0:8080", "http://127.0.0.1:8080")]
    [InlineData("http://[::]:8080", "http://127.0.0.1:8080")]
    [InlineData("https://*:8443", "https://127.0.0.1:8443")]
    [InlineData("http://vpn.example:80", "http://vpn.example:80")]
    [InlineData("http://unix:/run/dashboard.sock", "")]
    public void A_link_names_an_address_that_a_browser_on_this_machine_can_open(string bound, string expected) =>
        Assert.Equal(expected, BrowserAddress.Of(new ConfigurationManager(), [bound]));

    [Fact]
    public void A_link_names_the_address_that_was_told()
    {
        ConfigurationManager configuration = new() { ["Dashboard:PublicUrl"] = "https://vpn.example.net/" };

        Assert.Equal("https://vpn.example.net", BrowserAddress.Of(configuration, ["http://*:8080"]));
    }
}
