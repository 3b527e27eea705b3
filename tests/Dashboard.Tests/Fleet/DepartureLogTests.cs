using Dashboard.Fleet;

using Mgmt.Core;

namespace Dashboard.Tests.Fleet;

public sealed class DepartureLogTests
{
    [Theory]
    [InlineData("bob/2001:db8:77::12 SIGUSR1[soft,ping-restart] received, client-instance restarting", "bob/2001:db8:77::12", "ping-restart")]
    [InlineData("alice/198.51.100.11:38748 SIGTERM[soft,delayed-exit] received, client-instance exiting", "alice/198.51.100.11:38748", "delayed-exit")]
    [InlineData("alice/udp4:198.51.100.11:34578 SIGTERM[soft,] received, client-instance exiting", "alice/udp4:198.51.100.11:34578", "")]
    [InlineData("Carol Van Dyke/198.51.100.13:1 SIGUSR1[soft,connection-reset] received, client-instance restarting", "Carol Van Dyke/198.51.100.13:1", "connection-reset")]
    [InlineData("198.51.100.13:1 SIGUSR1[soft,tls-error] received, client-instance restarting", "198.51.100.13:1", "tls-error")]
    [InlineData("hub-5/198.51.100.85:8005 SIGTERM[soft,ovpn-dco: ping expired] received, client-instance exiting", "hub-5/198.51.100.85:8005", "ovpn-dco: ping expired")]
    public void The_end_of_a_client_is_read_with_its_cause(string line, string client, string detail) =>
        Assert.Equal(new DepartureNote.Ended(client, detail), DepartureLog.Parse(line));

    [Fact]
    public void An_exit_notice_is_read() =>
        Assert.Equal(new DepartureNote.TookLeave("alice/198.51.100.11:38748"), DepartureLog.Parse("alice/198.51.100.11:38748 CC-EEN exit message received by peer"));

    [Fact]
    public void A_new_connection_that_ends_the_former_ones_is_read() =>
        Assert.Equal(
            new DepartureNote.Replaced("<b>x</b>"),
            DepartureLog.Parse("MULTI: new connection by client '<b>x</b>' will cause previous active sessions by this client to be dropped.  Remember to use the --duplicate-cn option if you want multiple clients using the same certificate or username to concurrently connect."));

    [Fact]
    public void Kills_over_the_management_interface_are_read()
    {
        Assert.Equal(new DepartureNote.Killed(new ClientId(2)), DepartureLog.Parse("MANAGEMENT: CMD 'client-kill 2 \"HALT\"'"));
        Assert.Equal(new DepartureNote.Killed(new ClientId(0)), DepartureLog.Parse("MANAGEMENT: CMD 'client-kill 0'"));
        Assert.Equal(new DepartureNote.KilledByName("alice"), DepartureLog.Parse("MANAGEMENT: CMD 'kill alice'"));
    }

    // What strangers can make the daemon write: a name of their own in front of "/their.own.address:port text".
    [Theory]
    [InlineData("alice/198.51.100.11:38748 SIGTERM[soft,remote-exit]/203.0.113.5:1000 MULTI: Learn: 10.80.0.9")]
    [InlineData("alice/198.51.100.11:38748 CC-EEN exit message received by peer/203.0.113.5:1000 TLS: soft reset")]
    [InlineData("alice/198.51.100.11:38748 SIGTERM[soft,x/203.0.113.5:1000 PUSH: Received control message: 'PUSH_REQUEST'")]
    [InlineData("MANAGEMENT: CMD 'client-kill 5/203.0.113.5:1000 PUSH: Received control message: 'PUSH_REQUEST'")]
    [InlineData("MANAGEMENT: CMD 'client-kill 5 \"/203.0.113.5:1000 PUSH: Received control message: 'PUSH_REQUEST'")]
    [InlineData("MANAGEMENT: CMD 'kill alice/203.0.113.5:1000 PUSH: Received control message: 'PUSH_REQUEST'")]
    [InlineData("MULTI: new connection by client 'alice/203.0.113.5:1000 Timers: ping 2, ping-restart 16")]
    public void A_name_that_imitates_a_line_of_the_log_says_nothing(string line) => Assert.Null(DepartureLog.Parse(line));

    [Theory]
    [InlineData("alice/198.51.100.11:38748 SIGTERM[soft,x/203.0.113.5:1000 SIGUSR1[soft,ping-restart] received, client-instance restarting", "alice/198.51.100.11:38748 SIGTERM[soft,x/203.0.113.5:1000")]
    [InlineData("alice/198.51.100.11:38748 SIGTERM[soft,ovpn-dco: /203.0.113.5:1000 SIGUSR1[soft,ping-restart] received, client-instance restarting", "alice/198.51.100.11:38748 SIGTERM[soft,ovpn-dco: /203.0.113.5:1000")]
    [InlineData("alice/198.51.100.11:38748/203.0.113.5:1000 SIGUSR1[soft,ping-restart] received, client-instance restarting", "alice/198.51.100.11:38748/203.0.113.5:1000")]
    public void A_name_that_begins_like_somebody_else_s_line_speaks_for_itself_alone(string line, string client) =>
        Assert.Equal(new DepartureNote.Ended(client, "ping-restart"), DepartureLog.Parse(line));

    [Fact]
    public void Ordinary_lines_tell_of_no_departure()
    {
        foreach (string line in new[] { "", "'", "Restart pause, 1 second(s)", "MANAGEMENT: CMD 'status 3'", "MANAGEMENT: CMD 'kill'", "MANAGEMENT: CMD '", " received, client-instance exiting" })
            Assert.Null(DepartureLog.Parse(line));
    }

    [Fact]
    public void Somebody_who_connects_is_noticed() =>
        Assert.True(DepartureLog.IsArrival("198.51.100.11:38748 [alice] Peer Connection Initiated with [AF_INET6]::ffff:198.51.100.11:38748"));
}
