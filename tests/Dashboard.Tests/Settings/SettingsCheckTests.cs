using Dashboard.Fleet;
using Dashboard.Settings;

using Microsoft.Extensions.Configuration;

namespace Dashboard.Tests.Settings;

public class SettingsCheckTests
{
    [Fact]
    public void What_the_program_knows_is_fine() =>
        Assert.Empty(Check(("Servers:0:Name", "paris"), ("Servers:0:HoldPolicy", "release"), ("Servers:0:StatusInterval", "00:00:05"), ("Servers:0:PasswordFile", ""),
            ("Servers:0:Clients:alice:0", "iroute 192.0.2.0 255.255.255.0"), ("Servers:0:Approval", "ApproveKnown")));

    [Theory]
    [InlineData("Server:0:Name", "paris", "Dashboard:Server: no such setting")]
    [InlineData("Servers:0:Endpiont", "unix:/x", "Dashboard:Servers:0:Endpiont: no such setting")]
    [InlineData("Servers:0:HoldPolicy", "Maybe", "Dashboard:Servers:0:HoldPolicy: 'Maybe' is not one of Ask, Release, Leave.")]
    [InlineData("Servers:0:HoldPolicy", "1", "Dashboard:Servers:0:HoldPolicy: '1' is not one of")]
    [InlineData("Servers:0:StatusInterval", "soon", "Dashboard:Servers:0:StatusInterval: 'soon' is not a duration")]
    [InlineData("Servers:0:Name:First", "x", "Dashboard:Servers:0:Name: one value is wanted here")]
    [InlineData("Servers", "unix:/x", "Dashboard:Servers: a list is wanted here, not one value.")]
    [InlineData("Servers:0:Clients:alice", "iroute", "Dashboard:Servers:0:Clients:alice: a list is wanted here, not one value.")]
    [InlineData("Servers:0:Approval", "Maybe", "Dashboard:Servers:0:Approval: 'Maybe' is not one of Leave, ApproveAll, ApproveKnown, Ask, Deny.")]
    [InlineData("Servers:0", "unix:/x", "Dashboard:Servers:0: a group is wanted here, not one value.")]
    public void What_it_does_not_know_is_told_with_its_key(string key, string value, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Check((key, value))), StringComparison.Ordinal);

    [Fact]
    public void All_mistakes_are_found_at_once() =>
        Assert.Equal(3, Check(("Serv", "x"), ("Servers:0:StatusInterval", "x"), ("Servers:1:Approval", "x")).Length);

    private static string[] Check(params (string Key, string Value)[] settings)
    {
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Dashboard:{s.Key}", (string?)s.Value)))
            .Build();
        return [.. SettingsCheck.Find(configuration.GetSection("Dashboard"), typeof(FleetOptions)).Select(m => m.ToString())];
    }
}
