using Dashboard.Fleet;
using Dashboard.Live;

using Mgmt.Core;
using Mgmt.Core.Events;
using Mgmt.Core.Status;

namespace Dashboard.Tests.Fleet;

public class SessionTableTests
{
    private static readonly TimeSpan s_byteCountInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_statusInterval = TimeSpan.FromSeconds(10);
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly RecordingObserver _observer = new();
    private readonly PeerInfo _peerInfo = new();
    private readonly SessionTable _table;
    private Moment _now = new(s_start, TimeSpan.Zero);

    public SessionTableTests() => _table = new SessionTable("paris", s_byteCountInterval, s_statusInterval, _peerInfo, [_observer]);

    [Fact]
    public void A_listed_client_is_reported_with_its_counters()
    {
        Status(Row(0, "alice", received: 100, sent: 200));

        Assert.Equal(["seen alice 10.80.0.2", "counted alice 100 200"], _observer.Take());
        Assert.Equal("alice", Assert.Single(_table.Picture()).CommonName);
    }

    [Fact]
    public void A_client_that_is_no_longer_listed_ended_since_the_last_list()
    {
        Status(Row(0, "alice"), Row(1, "bob"));
        _observer.Take();

        Pass(10);
        Status(Row(1, "bob"));

        Assert.Contains("ended alice within 10 s", _observer.Take());
        Assert.Equal("bob", Assert.Single(_table.Picture()).CommonName);
    }

    [Fact]
    public void A_list_that_was_cut_off_ends_nobody()
    {
        Status(Row(0, "alice"), Row(1, "bob"));
        _observer.Take();

        _table.Apply(new StatusReply { Clients = [Row(1, "bob")], IsComplete = false }, _now.Wall, _now);

        Assert.DoesNotContain(_observer.Take(), report => report.StartsWith("ended", StringComparison.Ordinal));
        Assert.Equal(2, _table.Picture().Length);
    }

    [Fact]
    public void A_bridged_client_is_known_by_the_address_of_its_card()
    {
        StatusClient row = Row(0, "plant-1", virtualAddress: "");
        Status(row);
        long before = _table.Changes;

        _table.Apply(
            new StatusReply
            {
                Clients = [row],
                Routes =
                [
                    new("192.168.7.0/24", "plant-1", row.RealAddress, null, null),
                    new("02:00:5e:00:53:01@0", "plant-1", row.RealAddress, null, null),
                    new("02:00:5e:00:53:02@0", "plant-1", row.RealAddress, null, null), // a machine behind it
                ],
            },
            _now.Wall,
            _now);

        Assert.Equal("02:00:5e:00:53:01@0", Assert.Single(_table.Picture()).VirtualAddress);
        Assert.True(_table.Changes > before);
        Assert.Contains("seen plant-1 02:00:5e:00:53:01@0", _observer.Take());
    }

    [Fact]
    public void Who_signed_in_is_news_also_when_nobody_comes_or_goes()
    {
        Status(Row(0, "office"));
        long before = _table.Changes;

        Status(Row(0, "office") with { Username = "lena" });

        Assert.True(_table.Changes > before);
    }

    [Fact]
    public void A_session_whose_name_changes_stays_the_session_that_it_is()
    {
        Status(Row(0, "laptop-7", received: 5_000));
        ClientSnapshot before = _table.Picture()[0];
        _observer.Take();

        Status(Row(0, "lena", received: 5_010));

        Assert.Equal(["seen lena 10.80.0.2", "counted lena 5010 0"], _observer.Take());
        ClientSnapshot after = Assert.Single(_table.Picture());
        Assert.Equal((before.Session, "lena"), (after.Session, after.CommonName));
    }

    [Fact]
    public void The_name_that_a_client_gets_when_it_is_let_in_is_known_before_any_list()
    {
        Status(Row(0, "laptop-7", virtualAddress: ""));
        long before = _table.Changes;

        Assert.True(_table.Apply(new ManagementEvent.ClientEstablished(new ClientId(0), Environment(("common_name", "lena"), ("ifconfig_pool_remote_ip", "10.80.0.2"))), _now));

        Assert.Equal("lena", Assert.Single(_table.Picture()).CommonName);
        Assert.True(_table.Changes > before);
        Assert.Equal("seen lena 10.80.0.2", _observer.Take()[^1]);
    }

    [Fact]
    public void Another_client_behind_the_same_CID_is_another_session()
    {
        Status(Row(0, "alice", received: 5_000));
        SessionId alice = _table.Picture()[0].Session;
        _observer.Take();

        Status(Row(0, "bob", since: 1060, received: 10));

        Assert.Equal(["ended alice within 0 s", "seen bob 10.80.0.2", "counted bob 10 0"], _observer.Take());
        Assert.NotEqual(alice, _table.Picture()[0].Session);
    }

    [Fact]
    public void The_same_client_that_came_back_with_the_same_CID_is_another_session()
    {
        Status(Row(0, "alice", since: 1000));
        SessionId first = _table.Picture()[0].Session;

        Status(Row(0, "alice", since: 1060));

        Assert.NotEqual(first, _table.Picture()[0].Session);
    }

    [Fact]
    public void Clients_that_share_a_name_are_kept_apart()
    {
        Status(Row(0, "shared", received: 1), Row(1, "shared", received: 2));

        Assert.Equal(2, _table.Picture().Select(c => c.Session).Distinct().Count());
    }

    [Fact]
    public void A_client_that_floats_keeps_its_session_and_shows_its_new_address()
    {
        Status(Row(0, "alice", address: "198.51.100.11:1000"));
        SessionId before = _table.Picture()[0].Session;

        Status(Row(0, "alice", address: "203.0.113.9:2000"));

        ClientSnapshot after = Assert.Single(_table.Picture());
        Assert.Equal(before, after.Session);
        Assert.Equal("203.0.113.9:2000", after.RealAddress);
    }

    [Fact]
    public void A_client_that_floated_before_the_dashboard_was_started_is_still_the_same_session() =>
        Assert.Equal(
            new SessionIdentity("paris", new ClientId(0), s_start, "alice", "198.51.100.11:1000").Id,
            new SessionIdentity("paris", new ClientId(0), s_start, "alice", "203.0.113.9:2000").Id);

    [Fact]
    public void A_half_open_connection_is_shown_and_gets_no_row_in_history()
    {
        Status(Row(3, StatusClient.Undefined, received: 42, virtualAddress: ""));
        Status();

        Assert.Empty(_observer.Take());
    }

    [Fact]
    public void A_client_that_is_really_named_UNDEF_is_a_client()
    {
        Status(Row(3, StatusClient.Undefined, received: 42));

        Assert.Contains("counted UNDEF 42 0", _observer.Take());
    }

    [Fact]
    public void A_connection_that_gets_its_name_begins_to_count()
    {
        Status(Row(3, StatusClient.Undefined, received: 42, virtualAddress: ""));
        Status(Row(3, "alice", received: 90));

        Assert.Equal(["seen alice 10.80.0.2", "counted alice 90 0"], _observer.Take());
    }

    [Fact]
    public void A_connection_that_is_established_before_a_list_names_it_is_counted_once()
    {
        Status(Row(3, StatusClient.Undefined, received: 42, virtualAddress: ""));
        Assert.True(_table.Apply(new ManagementEvent.ClientEstablished(new ClientId(3), Environment(("common_name", "alice"), ("ifconfig_pool_remote_ip", "10.80.0.2"), ("IV_PLAT", "linux"), ("IV_VER", "2.6.14"))), _now));
        Count(3, 90, 0);
        Status(Row(3, "alice", received: 100));

        Assert.Equal(["seen alice 10.80.0.2", "counted alice 90 0", "counted alice 100 0"], _observer.Take());
        Assert.Equal("linux · 2.6.14", Assert.Single(_table.Picture()).Platform);
    }

    [Fact]
    public void Byte_counts_make_the_rate_and_are_named_as_its_source()
    {
        Status(Row(0, "alice"));
        Count(0, 1_000, 2_000);
        Pass(2);
        Count(0, 5_000, 4_000);

        ClientSnapshot alice = Assert.Single(_table.Picture());
        Assert.Equal((2_000d, 1_000d, RateSource.ByteCount), (alice.ReceivedRate, alice.SentRate, alice.RateSource));
    }

    [Fact]
    public void Where_no_byte_counts_come_status_replies_make_the_rate()
    {
        Status(Row(0, "alice", received: 1_000));
        Pass(10);
        Status(Row(0, "alice", received: 21_000));

        ClientSnapshot alice = Assert.Single(_table.Picture());
        Assert.Equal((2_000d, RateSource.Status), (alice.ReceivedRate, alice.RateSource));
    }

    [Fact]
    public void A_status_reply_between_two_byte_counts_does_not_disturb_the_rate()
    {
        Status(Row(0, "alice"));
        Count(0, 1_000, 0);
        Pass(1.99);
        Status(Row(0, "alice", received: 4_990));
        Pass(0.01);
        Count(0, 5_000, 0);

        Assert.Equal(2_000, Assert.Single(_table.Picture()).ReceivedRate);
    }

    [Fact]
    public void A_report_that_was_overtaken_moves_nothing_back()
    {
        Status(Row(0, "alice", received: 9_000));
        _observer.Take();

        Count(0, 5_000, 0);

        Assert.Empty(_observer.Take());
        Assert.Equal(9_000, Assert.Single(_table.Picture()).ReceivedBytes);
    }

    [Fact]
    public void A_reading_near_2_to_the_64th_costs_itself_only()
    {
        Status(Row(0, "alice", received: 1_000));
        _observer.Take();

        Pass(2);
        _table.Apply(new ManagementEvent.ByteCounts([new ByteCount(new ClientId(0), ulong.MaxValue - 5, 0)]), _now);
        Assert.Empty(_observer.Take());
        Pass(2);
        Count(0, 3_000, 0);

        Assert.Equal(["counted alice 3000 0"], _observer.Take());
        Assert.Equal(1, _table.WrongReadings);
    }

    [Fact]
    public void A_row_that_cannot_be_read_ends_nobody()
    {
        Status(Row(0, "alice"), Row(1, "bob"), Row(2, "carol"));
        _observer.Take();

        MalformedRow byId = new("CLIENT_LIST\t?\t198.51.100.11:1000", "bytes that are not a number") { Client = new ClientId(0) };
        MalformedRow byName = new("CLIENT_LIST\tbob\t198.51.100.11", "too few fields");
        _table.Apply(new StatusReply { Clients = [], MalformedRows = [byId, byName] }, _now.Wall, _now);

        Assert.Equal(["ended carol within 0 s"], _observer.Take());
        Assert.Equal(2, _table.Picture().Length);
    }

    [Fact]
    public void A_counter_that_exceeds_the_totals_of_its_server_is_taken_back()
    {
        Status(Row(0, "alice", received: 1_000));
        _table.Apply(new Mgmt.Core.Commands.LoadStats(1, 2_000, 0), _now);
        Pass(2);
        Count(0, 1_500, 0);
        Pass(2);
        Count(0, 9_000_000, 0);
        _observer.Take();

        _table.Apply(new Mgmt.Core.Commands.LoadStats(1, 3_000, 0), _now);

        Assert.Equal(["corrected alice 1500 0"], _observer.Take());
    }

    [Fact]
    public void Totals_that_lack_what_sessions_have_refute_nothing()
    {
        Status(Row(0, "alice", received: 1_000));
        _table.Apply(new Mgmt.Core.Commands.LoadStats(1, 0, 0), _now);
        Pass(2);
        Count(0, 5_000, 0);
        _table.Apply(new Mgmt.Core.Commands.LoadStats(1, 0, 0), _now);

        Assert.Equal(5_000, Assert.Single(_table.Picture()).ReceivedBytes);
    }

    [Fact]
    public void The_byte_count_of_an_unknown_CID_is_no_session_but_a_reason_to_ask()
    {
        Assert.False(Count(7, 1_000, 0));
        Assert.Empty(_table.Picture());
    }

    [Fact]
    public void CID_0_is_a_client_like_any_other()
    {
        Status(Row(0, "alice"));

        Assert.True(Count(0, 1_000, 0));
    }

    [Fact]
    public void The_last_counters_come_with_the_disconnect()
    {
        Status(Row(0, "alice", received: 100));
        _observer.Take();

        _table.Apply(new ManagementEvent.ClientDisconnect(new ClientId(0), Environment(("bytes_received", "150"), ("bytes_sent", "70"))), _now);

        Assert.Equal(["counted alice 150 70", "ended alice within 0 s"], _observer.Take());
    }

    [Fact]
    public void A_restart_of_the_daemon_ends_every_session()
    {
        Status(Row(0, "alice"), Row(1, "bob"));
        _observer.Take();

        _table.EndAll("RECONNECTING: SIGUSR1", _now.Wall, _now.Wall);

        Assert.Equal(["ended alice within 0 s RECONNECTING: SIGUSR1", "ended bob within 0 s RECONNECTING: SIGUSR1"], _observer.Take().Order(StringComparer.Ordinal));
        Assert.Empty(_table.Picture());
    }

    [Fact]
    public void The_platform_is_known_also_when_ESTABLISHED_comes_before_the_list()
    {
        Assert.False(_table.Apply(new ManagementEvent.ClientEstablished(new ClientId(0), Environment(("IV_PLAT", "linux"), ("IV_VER", "2.6.14"))), _now));
        Status(Row(0, "alice"));

        Assert.Equal("linux · 2.6.14", Assert.Single(_table.Picture()).Platform);
    }

    [Theory]
    [InlineData("198.51.100.11:1000", "198.51.100.11:1000")]
    [InlineData("2001:db8:77::b", "2001:db8:77::b")]
    [InlineData("udp4:198.51.100.11:1000", "198.51.100.11:1000")]
    public void The_platform_of_a_session_older_than_our_connection_is_found_in_the_log(string address, string prefix)
    {
        _peerInfo.Read($"{prefix} peer info: IV_VER=2.6.14");
        _peerInfo.Read($"{prefix} peer info: IV_PLAT=linux");

        Status(Row(0, "alice", address: address));

        Assert.Equal("linux · 2.6.14", Assert.Single(_table.Picture()).Platform);
    }

    [Fact]
    public void A_name_that_looks_like_an_address_tells_no_lies_about_others()
    {
        _peerInfo.Read("198.51.100.11:1000/203.0.113.66:6666 peer info: IV_PLAT=evil");

        Status(Row(0, "alice", address: "198.51.100.11:1000"));

        Assert.Null(Assert.Single(_table.Picture()).Platform);
    }

    [Fact]
    public void Throughput_is_the_sum_and_falls_with_silence()
    {
        Status(Row(0, "alice"), Row(1, "bob"));
        Count(0, 0, 0);
        Count(1, 0, 0);
        Pass(2);
        Count(0, 2_000, 0);
        Count(1, 4_000, 0);
        _table.Tick(_now);
        Assert.Equal(3_000, _table.Throughput.Received);

        Pass(6);
        _table.Tick(_now);

        Assert.Equal(0, _table.Throughput.Received);
    }

    [Fact]
    public void Throughput_is_unknown_while_no_rate_is_known_and_zero_with_no_clients()
    {
        _table.Tick(_now);
        Assert.Equal(0, _table.Throughput.Received);

        Status(Row(0, "alice"));
        _table.Tick(_now);

        Assert.Null(_table.Throughput.Received);
    }

    private void Pass(double seconds) => _now = new(_now.Wall.AddSeconds(seconds), _now.Steady + TimeSpan.FromSeconds(seconds));

    private DateTimeOffset _lastStatus = s_start;

    private void Status(params StatusClient[] rows)
    {
        _table.Apply(new StatusReply { Clients = rows }, _lastStatus, _now);
        _lastStatus = _now.Wall;
    }

    private bool Count(uint cid, long received, long sent) =>
        _table.Apply(new ManagementEvent.ByteCounts([new ByteCount(new ClientId(cid), (ulong)received, (ulong)sent)]), _now);

    private static StatusClient Row(
        uint cid, string name, long received = 0, long sent = 0, string address = "198.51.100.11:1000", string virtualAddress = "10.80.0.2", long since = 1000) => new()
    {
        Id = new ClientId(cid),
        CommonName = name,
        RealAddress = new RealAddress(address),
        VirtualAddress = virtualAddress,
        BytesReceived = (ulong)received,
        BytesSent = (ulong)sent,
        ConnectedSince = DateTimeOffset.FromUnixTimeSeconds(since),
        Username = StatusClient.Undefined,
    };

    private static ClientEnvironment Environment(params (string Name, string Value)[] variables) =>
        new(variables.Select(v => KeyValuePair.Create(v.Name, v.Value)));
}
