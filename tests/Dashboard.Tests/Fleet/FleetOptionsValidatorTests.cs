using Dashboard.Fleet;

namespace Dashboard.Tests.Fleet;

public class FleetOptionsValidatorTests
{
    [Fact]
    public void A_plain_server_is_fine() => Assert.Empty(Errors(Server()));

    [Fact]
    public void Every_mistake_is_told_with_its_key()
    {
        ServerOptions first = Server();
        first.Endpoint = "carrier-pigeon:coop";
        first.StatusInterval = TimeSpan.Zero;
        first.ByteCountInterval = TimeSpan.FromSeconds(1.5);
        ServerOptions second = Server();
        second.PasswordFile = "/no/such/file";

        string[] errors = Errors(first, second);

        Assert.Collection(errors.Order(StringComparer.Ordinal),
            e => Assert.StartsWith("Dashboard:Servers:0:ByteCountInterval:", e, StringComparison.Ordinal),
            e => Assert.StartsWith("Dashboard:Servers:0:Endpoint:", e, StringComparison.Ordinal),
            e => Assert.StartsWith("Dashboard:Servers:0:StatusInterval:", e, StringComparison.Ordinal),
            e => Assert.StartsWith("Dashboard:Servers:1:Name:", e, StringComparison.Ordinal),
            e => Assert.StartsWith("Dashboard:Servers:1:PasswordFile:", e, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" paris")]
    [InlineData("pa\nris")]
    [InlineData("..")]
    [InlineData("site//paris")]
    [InlineData("a%2fb")]
    public void A_name_that_cannot_be_shown_or_linked_is_refused(string name)
    {
        ServerOptions server = Server();
        server.Name = name;

        Assert.Single(Errors(server));
    }

    private static ServerOptions Server() => new() { Name = "paris", Endpoint = "unix:/run/openvpn/paris.sock" };

    private static string[] Errors(params ServerOptions[] servers) =>
        [.. new FleetOptionsValidator().Validate(null, new FleetOptions { Servers = servers }).Failures ?? []];
}
