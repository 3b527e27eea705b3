using Dashboard.Fleet;

using Mgmt.Core;
using Mgmt.Core.Events;
using Mgmt.Core.Status;

namespace Dashboard.Tests.Fleet;

/// <summary>Sessions that come, go, return, float and share what others think is theirs, with the reasons the log gives.</summary>
public sealed class DepartureReasonTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly RecordingObserver _observer = new();
    private readonly SessionTable _table;
    private Moment _now = new(s_start, TimeSpan.Zero);

    public DepartureReasonTests() => _table = new SessionTable("paris", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), new PeerInfo(), [_observer]);

    [Theory]
    [InlineData("alice/198.51.100.11:1000 SIGUSR1[soft,ping-restart] received, client-instance restarting", "ping timeout (ping-restart): nothing came from the client any more")]
    [InlineData("alice/198.51.100.11:1000 SIGTERM[soft,remote-exit] received, client-instance exiting", "the client took leave (exit notify)")]
    [InlineData("alice/198.51.100.11:1000 CC-EEN exit message received by peer", "the client took leave (exit notify)")]
    [InlineData("alice/198.51.100.11:1000 SIGUSR1[soft,connection-reset] received, client-instance restarting", "connection reset")]
    [InlineData("alice/198.51.100.11:1000 SIGUSR1[soft,tls-error] received, client-instance restarting", "TLS error: no agreement on new keys")]
    [InlineData("alice/198.51.100.11:1000 SIGTERM[soft,auth-control-exit] received, client-instance exiting", "authentication failed")]
    [InlineData("alice/198.51.100.11:1000 SIGTERM[soft,inactive] received, client-instance exiting", "inactivity timeout (inactive)")]
    [InlineData("alice/198.51.100.11:1000 SIGTERM[soft,session-timeout] received, client-instance exiting", "the session's time was up (session-timeout)")]
    [InlineData("alice/198.51.100.11:1000 SIGTERM[soft,] received, client-instance exiting", "ended by the server")]
    [InlineData("alice/198.51.100.11:1000 SIGTERM[soft,from-the-future] received, client-instance exiting", "from-the-future")]
    [InlineData("MANAGEMENT: CMD 'client-kill 0 \"HALT\"'", "ended over the management interface")]
    public void Who_is_found_gone_has_the_reason_that_the_log_gave(string line, string reason)
    {
        Status(Row(0, "alice"), Row(1, "bob"));
        _table.ReadLog(line);

        Status(Row(1, "bob"));

        Assert.Equal([$"ended alice within 10 s {reason}"], Ends());
    }

    [Fact]
    public void Without_a_word_in_the_log_no_reason_is_made_up()
    {
        Status(Row(0, "alice"));

        Status();

        Assert.Equal(["ended alice within 10 s"], Ends());
    }

    [Fact]
    public void A_kill_by_name_is_told_from_other_ends()
    {
        Status(Row(0, "alice"), Row(1, "bob"));
        _table.ReadLog("MANAGEMENT: CMD 'kill alice'");
        _table.ReadLog("alice/198.51.100.11:1000 SIGTERM[soft,] received, client-instance exiting");
        _table.ReadLog("bob/198.51.100.11:1000 SIGTERM[soft,] received, client-instance exiting");

        Status();

        Assert.Equal(["ended alice within 10 s ended over the management interface", "ended bob within 10 s ended by the server"], Ends().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_an_operator_ended_is_not_put_down_to_the_client_that_takes_leave_on_the_way()
    {
        Status(Row(0, "alice"));
        _table.Killed(new ClientId(0), "ended by ana");
        _table.ReadLog("MANAGEMENT: CMD 'client-kill 0'");
        _table.ReadLog("alice/198.51.100.11:1000 CC-EEN exit message received by peer");

        Status();

        Assert.Equal(["ended alice within 10 s ended by ana"], Ends());
    }

    [Fact]
    public void A_client_that_reconnects_from_another_port_replaces_its_former_session()
    {
        Status(Row(0, "alice", address: "198.51.100.11:1000"));
        _table.ReadLog("MULTI: new connection by client 'alice' will cause previous active sessions by this client to be dropped.  Remember to use the --duplicate-cn option …");

        Status(Row(1, "alice", address: "198.51.100.11:2000", since: 2000));

        Assert.Equal(["ended alice within 10 s replaced by a new connection of the same name"], Ends());
        Assert.Equal(1u, Assert.Single(_table.Picture()).Identity.Cid.Value);
    }

    [Fact]
    public void A_client_that_is_back_at_the_same_address_keeps_the_reason_of_its_former_session()
    {
        Status(Row(0, "bob", address: "2001:db8:77::12")); // to 2.6 without a port
        _table.ReadLog("bob/2001:db8:77::12 SIGUSR1[soft,ping-restart] received, client-instance restarting");

        Status(Row(1, "bob", address: "2001:db8:77::12", since: 2000));
        Status();

        Assert.Equal(["ended bob within 10 s ping timeout (ping-restart): nothing came from the client any more", "ended bob within 10 s"], Ends());
    }

    [Fact]
    public void A_client_that_floated_is_found_by_the_address_it_has_now()
    {
        Status(Row(0, "alice", address: "198.51.100.11:1000"));
        Status(Row(0, "alice", address: "203.0.113.9:2000"));
        _table.ReadLog("alice/203.0.113.9:2000 SIGUSR1[soft,ping-restart] received, client-instance restarting");

        Status();

        Assert.Contains("ping timeout", Assert.Single(Ends()), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_that_share_a_name_only_the_one_that_left_gets_the_reason()
    {
        Status(Row(0, "shared", address: "198.51.100.11:1000"), Row(1, "shared", address: "198.51.100.12:1000"));
        _table.ReadLog("shared/198.51.100.12:1000 SIGUSR1[soft,ping-restart] received, client-instance restarting");

        Status();

        Assert.Equal(["ended shared within 10 s", "ended shared within 10 s ping timeout (ping-restart): nothing came from the client any more"], Ends().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Two_that_share_an_address_are_told_apart_by_their_names()
    {
        Status(Row(0, "alice", address: "2001:db8::7"), Row(1, "bob", address: "2001:db8::7"));
        _table.ReadLog("bob/2001:db8::7 SIGUSR1[soft,ping-restart] received, client-instance restarting");

        Status(Row(0, "alice", address: "2001:db8::7"));

        Assert.Contains("ended bob within 10 s ping timeout", Assert.Single(Ends()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stranger_whose_name_begins_like_another_client_s_line_gives_that_client_no_reason()
    {
        const string Imitation = "alice/198.51.100.11:1000 SIGTERM[soft,remote-exit]";
        Status(Row(0, "alice", address: "198.51.100.11:1000"), Row(1, Imitation, address: "203.0.113.5:1000"));
        _table.ReadLog($"{Imitation}/203.0.113.5:1000 SIGUSR1[soft,ping-restart] received, client-instance restarting");

        Status();

        Assert.Contains("ended alice within 10 s", Ends());
    }

    [Fact]
    public void After_a_restart_nothing_is_left_of_what_was_said_before()
    {
        Status(Row(0, "alice"));
        _table.ReadLog("MANAGEMENT: CMD 'client-kill 0'");
        _table.EndAll("RECONNECTING: SIGUSR1", _now.Wall, _now.Wall);
        Status(Row(0, "bob", since: 2000));

        Status();

        Assert.Equal(["ended alice within 0 s RECONNECTING: SIGUSR1", "ended bob within 10 s"], Ends());
    }

    [Fact]
    public void A_kill_in_the_log_of_before_says_nothing_of_who_has_the_CID_now()
    {
        _table.ReadLog("MANAGEMENT: CMD 'client-kill 0'", isCached: true);
        Status(Row(0, "alice"));

        Status();

        Assert.Equal(["ended alice within 10 s"], Ends());
    }

    [Fact]
    public void With_client_auth_the_notice_of_leaving_has_the_reason_too()
    {
        Status(Row(0, "alice"));
        _table.ReadLog("alice/198.51.100.11:1000 SIGUSR1[soft,ping-restart] received, client-instance restarting");

        _table.Apply(new ManagementEvent.ClientDisconnect(new ClientId(0), new ClientEnvironment([])), _now);

        Assert.Equal(["ended alice within 0 s ping timeout (ping-restart): nothing came from the client any more"], Ends());
    }

    private void Status(params StatusClient[] clients)
    {
        _table.Apply(new StatusReply { Clients = clients }, _now.Wall.AddSeconds(-10), _now);
        _now = new Moment(_now.Wall.AddSeconds(10), _now.Steady + TimeSpan.FromSeconds(10));
    }

    private string[] Ends() => [.. _observer.Take().Where(report => report.StartsWith("ended", StringComparison.Ordinal))];

    private static StatusClient Row(uint cid, string name, string address = "198.51.100.11:1000", long since = 1000) => new()
    {
        CommonName = name,
        RealAddress = new RealAddress(address),
        VirtualAddress = "10.80.0.2",
        ConnectedSince = DateTimeOffset.FromUnixTimeSeconds(since),
        Id = new ClientId(cid),
    };
}
