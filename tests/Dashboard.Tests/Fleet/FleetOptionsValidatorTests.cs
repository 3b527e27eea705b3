using Dashboard.Fleet;
using Dashboard.Fleet.PassThrough;

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

    [Fact]
    public void Each_daemon_that_dials_in_needs_an_address_and_a_name_of_its_own()
    {
        FleetOptions options = new()
        {
            Servers = [Server()],
            Listeners = [new() { Name = "paris", Endpoint = "tcp://127.0.0.1:7506" }, new() { Name = "lyon", Endpoint = "tcp://127.0.0.1:7506" }, new() { Name = "nice", Endpoint = "unix:nowhere" }],
        };

        string[] errors = [.. new FleetOptionsValidator().Validate(null, options).Failures!];

        Assert.Collection(errors,
            e => Assert.StartsWith("Dashboard:Listeners:0:Name: 'paris' is also the name of Dashboard:Servers:0", e, StringComparison.Ordinal),
            e => Assert.StartsWith("Dashboard:Listeners:1:Endpoint: Dashboard:Listeners:0 listens on", e, StringComparison.Ordinal),
            e => Assert.StartsWith("Dashboard:Listeners:2:Endpoint:", e, StringComparison.Ordinal));
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

    [Theory]
    [InlineData("ifconfig-push 10.8.0.50 255.255.255.0", true)]
    [InlineData("push \"route 192.0.2.0 255.255.255.0\"", true)]
    [InlineData("", false)]
    [InlineData("END", false)]
    [InlineData("push x\nsignal SIGTERM", false)]
    [InlineData("signal SIGTERM", false)]
    [InlineData("\"kill\" alice", false)]
    public void Options_of_a_client_are_judged_line_by_line_before_any_client_comes(string line, bool isFine)
    {
        ServerOptions server = Server();
        server.Approval = ApprovalPolicy.Ask;
        server.Clients["alice"] = ["iroute 192.0.2.0 255.255.255.0", line];

        string[] errors = Errors(server);

        Assert.Equal(isFine, errors.Length == 0);
        Assert.All(errors, error => Assert.StartsWith("Dashboard:Servers:0:Clients:alice:1: ", error, StringComparison.Ordinal));
    }

    [Fact]
    public void Options_of_a_client_that_are_longer_than_the_daemon_takes_are_refused()
    {
        ServerOptions server = Server();
        server.Approval = ApprovalPolicy.Ask;
        server.Clients["alice"] = [new string('x', 255)];
        Assert.Empty(Errors(server));

        server.Clients["alice"] = [new string('x', 256)];

        Assert.Single(Errors(server));
    }

    [Fact]
    public void Options_of_a_client_that_somebody_else_lets_in_would_never_arrive()
    {
        ServerOptions server = Server();
        server.Clients["alice"] = ["iroute 192.0.2.0 255.255.255.0"];

        Assert.StartsWith("Dashboard:Servers:0:Clients: ", Assert.Single(Errors(server)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(601)]
    public void A_deadline_that_is_of_no_use_is_refused(int seconds)
    {
        ServerOptions server = Server();
        server.ApprovalDeadline = TimeSpan.FromSeconds(seconds);

        Assert.StartsWith("Dashboard:Servers:0:ApprovalDeadline: ", Assert.Single(Errors(server)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pass_through_at_the_daemon_s_own_socket_would_have_the_dashboard_dial_itself()
    {
        ServerOptions server = Server();
        server.PassThrough.Add(new PassThroughOptions { Endpoint = server.Endpoint });

        Assert.StartsWith("Dashboard:Servers:0:PassThrough:0:Endpoint: the daemon of Dashboard:Servers:0 listens", Assert.Single(Errors(server)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_password_file_is_no_password()
    {
        string file = Path.GetTempFileName();
        ServerOptions server = Server();
        server.PassThrough.Add(new PassThroughOptions { Endpoint = "tcp://127.0.0.1:7506", PasswordFile = file });

        Assert.StartsWith("Dashboard:Servers:0:PassThrough:0:PasswordFile: ", Assert.Single(Errors(server)), StringComparison.Ordinal);
        File.WriteAllText(file, "secret\n");
        Assert.Empty(Errors(server));
        File.Delete(file);
    }

    [Fact]
    public void A_way_through_a_tunnel_is_refused_at_the_start_and_not_tried_for_ever()
    {
        ServerOptions server = Server();
        server.Endpoint = "tunnel://site/paris";

        Assert.StartsWith("Dashboard:Servers:0:Endpoint: ", Assert.Single(Errors(server)), StringComparison.Ordinal);
    }

    private static ServerOptions Server() => new() { Name = "paris", Endpoint = "unix:/run/openvpn/paris.sock" };

    private static string[] Errors(params ServerOptions[] servers) =>
        [.. new FleetOptionsValidator().Validate(null, new FleetOptions { Servers = servers }).Failures ?? []];
}
