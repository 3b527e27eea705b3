using Dashboard.Fleet.Diagnosis;
using Dashboard.Live;

namespace Dashboard.Tests.Fleet.Diagnosis;

public sealed class ServerDiagnosisTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 20, 14, 30, 0, TimeSpan.Zero);

    private readonly ServerSnapshot _healthy = new("paris", "unix:/run/openvpn/paris.sock")
    {
        Status = ServerStatus.Live,
        Connection = new ConnectionFacts(ConnectionStage.Greeted) { Peer = "/run/openvpn/paris.sock", PasswordAsked = true, Greeting = "OpenVPN Management Interface Version 5" },
        Version = "2.6.14",
        HoldFlag = false,
        ClientAuth = true,
        Clients = [new ClientSnapshot(new SessionIdentity("paris", new Mgmt.Core.ClientId(0), s_now, "alice", "198.51.100.11:1"))],
        ClientsAsOf = s_now,
        Dco = false,
        LastByteCount = s_now,
        ClockSkew = TimeSpan.FromSeconds(-1),
        Verb = 3,
        Log = [new LogEntry(1, s_now, LogSeverity.Info, "Initialization Sequence Completed")],
        AsOf = s_now,
    };

    [Fact]
    public void A_healthy_server_passes_every_check() => Assert.All(ServerDiagnosis.Of(_healthy), check => Assert.Equal(CheckOutcome.Ok, check.Outcome));

    [Fact]
    public void Of_a_server_that_was_never_reached_nothing_is_claimed() =>
        Assert.All(ServerDiagnosis.Of(new ServerSnapshot("paris", "tcp://127.0.0.1:7505")), check => Assert.Equal(CheckOutcome.Unknown, check.Outcome));

    [Fact]
    public void The_checks_come_in_the_order_in_which_things_go_wrong()
    {
        string[] names = [.. ServerDiagnosis.Of(_healthy).Select(check => check.Name)];

        Assert.Equal(["Socket", "Connection", "Slot", "Password", "Greeting"], names[..5]);
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void A_name_that_does_not_resolve_is_told_with_the_setting_to_correct()
    {
        DiagnosisCheck check = Find("Host name", Down("tcp://nowhere.example:7505", ConnectionStage.NotFound));

        Assert.Equal(CheckOutcome.Failed, check.Outcome);
        Assert.Contains("nowhere.example", check.Finding, StringComparison.Ordinal);
        Assert.Contains("\"Endpoint\"", check.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_socket_is_told_with_the_line_that_makes_it() =>
        Assert.Equal("management /run/openvpn/paris.sock unix", Failed("Socket", Down("unix:/run/openvpn/paris.sock", ConnectionStage.NotFound)).Line);

    [Fact]
    public void A_refused_connection_fails_after_the_name_was_found()
    {
        ServerSnapshot server = Down("tcp://127.0.0.1:7505", ConnectionStage.Found) with { Detail = "Connection refused." };

        Assert.Equal(CheckOutcome.Ok, Find("Host name", server).Outcome);
        Assert.Equal("management 127.0.0.1 7505", Failed("Connection", server).Line);
        Assert.Equal("management 127.0.0.1 7505 /etc/openvpn/management.password", Failed("Connection", server with { HasPasswordFile = true }).Line);
        Assert.Equal(CheckOutcome.Unknown, Find("Greeting", server).Outcome);
    }

    [Theory]
    [InlineData("[::1]:7505", "IPv6")]
    [InlineData("127.0.0.1:7505", "IPv4")]
    public void The_family_of_the_connection_is_told(string peer, string family) =>
        Assert.Contains(family, Find("Connection", _healthy with { Endpoint = "tcp://localhost:7505", Connection = _healthy.Connection with { Peer = peer } }).Finding, StringComparison.Ordinal);

    [Fact]
    public void A_taken_slot_names_its_holder() =>
        Assert.Contains("python3 (pid 123)", Failed("Slot", _healthy with { Status = ServerStatus.SlotTaken, Detail = "The only slot is held by python3 (pid 123)." }).Finding, StringComparison.Ordinal);

    [Fact]
    public void A_slot_that_was_released_is_no_failure() =>
        Assert.Equal(CheckOutcome.Warning, Find("Slot", _healthy with { Status = ServerStatus.Released, Detail = "Released." }).Outcome);

    [Fact]
    public void A_password_that_is_wanted_is_told_with_the_setting() =>
        Assert.Contains("PasswordFile", Failed("Password", _healthy with { Status = ServerStatus.PasswordWanted }).Line, StringComparison.Ordinal);

    [Fact]
    public void A_wrong_password_is_told_with_OpenVPN_s_line() =>
        Assert.StartsWith("management /run/openvpn/paris.sock unix ", Failed("Password", _healthy with { Status = ServerStatus.PasswordWrong }).Line, StringComparison.Ordinal);

    [Fact]
    public void To_a_daemon_that_dials_in_the_password_file_is_told_where_OpenVPN_looks_for_it() =>
        Assert.Equal(
            "management /run/openvpn/paris.sock unix /etc/openvpn/management.password\nmanagement-client",
            Find("Password", _healthy with { DialsIn = true, Connection = _healthy.Connection with { PasswordAsked = false } }).Line);

    [Fact]
    public void A_password_file_that_others_can_read_is_a_warning_with_what_helps() =>
        Assert.Equal(
            (CheckOutcome.Warning, "chmod 600 /etc/p"),
            Find("Password", _healthy with { Connection = _healthy.Connection with { PasswordExposed = "chmod 600 /etc/p" } }) is var check ? (check.Outcome, check.Advice) : default);

    [Fact]
    public void An_interface_without_a_password_is_a_warning() =>
        Assert.Equal(CheckOutcome.Warning, Find("Password", _healthy with { Connection = _healthy.Connection with { PasswordAsked = false } }).Outcome);

    [Fact]
    public void A_socket_that_nobody_else_can_open_needs_no_password() =>
        Assert.Equal(CheckOutcome.Ok, Find("Password", _healthy with { Connection = _healthy.Connection with { PasswordAsked = false, IsClosedToOthers = true } }).Outcome);

    [Fact]
    public void Something_else_than_OpenVPN_fails_the_greeting() =>
        Assert.Equal("management /run/openvpn/paris.sock unix", Failed("Greeting", _healthy with { Status = ServerStatus.NotOpenVpn }).Line);

    [Fact]
    public void A_stale_server_does_not_answer() => Failed("Answers", _healthy with { Status = ServerStatus.Stale, Detail = "It answers nothing." });

    [Theory]
    [InlineData("2.4.12", CheckOutcome.Warning)]
    [InlineData("2.6.14", CheckOutcome.Ok)]
    [InlineData("2.8_git", CheckOutcome.Ok)]
    [InlineData("from-the-future", CheckOutcome.Ok)]
    public void Only_old_releases_are_warned_about(string release, CheckOutcome outcome) =>
        Assert.Equal(outcome, Find("Version", _healthy with { Version = release }).Outcome);

    [Fact]
    public void A_held_server_is_told_with_the_policy_that_releases_it() =>
        Assert.Equal("\"HoldPolicy\": \"Release\"", Failed("Hold", _healthy with { Status = ServerStatus.Held }).Line);

    [Fact]
    public void A_hold_that_comes_back_is_a_warning() => Assert.Equal(CheckOutcome.Warning, Find("Hold", _healthy with { HoldFlag = true }).Outcome);

    [Fact]
    public void Without_client_auth_the_line_is_given_with_what_it_means()
    {
        DiagnosisCheck check = Find("Client approval", _healthy with { ClientAuth = false });

        Assert.Equal("management-client-auth", check.Line);
        Assert.Contains("no client gets in", check.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_is_cut_off_fails() => Failed("List of clients", _healthy with { ListIsComplete = false });

    [Fact]
    public void Kernel_offload_before_2_7_costs_the_byte_counts()
    {
        ServerSnapshot server = _healthy with { Dco = true, LastByteCount = null };

        Assert.Equal((CheckOutcome.Warning, "disable-dco"), (Find("Kernel offload (DCO)", server).Outcome, Find("Kernel offload (DCO)", server).Line));
        Assert.Equal(CheckOutcome.Warning, Find("Byte counts", server).Outcome);
    }

    [Fact]
    public void Kernel_offload_since_2_7_is_fine() => Assert.Equal(CheckOutcome.Ok, Find("Kernel offload (DCO)", _healthy with { Dco = true, Version = "2.7.1" }).Outcome);

    [Fact]
    public void Byte_counts_of_nobody_are_not_missed() => Assert.Equal(CheckOutcome.Unknown, Find("Byte counts", _healthy with { LastByteCount = null, Clients = [] }).Outcome);

    [Theory]
    [InlineData(90, "90 s ahead of")]
    [InlineData(-90, "90 s behind")]
    public void A_clock_that_is_wrong_is_told_with_its_direction(int seconds, string words)
    {
        DiagnosisCheck check = Find("Clock", _healthy with { ClockSkew = TimeSpan.FromSeconds(seconds) });

        Assert.Contains(words, check.Finding, StringComparison.Ordinal);
        Assert.Equal("timedatectl set-ntp true", check.Line);
    }

    [Theory]
    [InlineData(0, CheckOutcome.Warning)]
    [InlineData(1, CheckOutcome.Ok)]
    [InlineData(4, CheckOutcome.Ok)]
    [InlineData(9, CheckOutcome.Warning)]
    public void Too_little_and_too_much_in_the_log_are_warned_about(int verb, CheckOutcome outcome) =>
        Assert.Equal(outcome, Find("Log verbosity", _healthy with { Verb = verb }).Outcome);

    [Fact]
    public void Whatever_is_wrong_says_what_to_do()
    {
        foreach (ServerStatus status in Enum.GetValues<ServerStatus>())
        {
            ServerSnapshot server = _healthy with { Status = status, Detail = "Something.", Advice = "Do something." };
            Assert.All(ServerDiagnosis.Of(server), check => Assert.True(check.Outcome is not CheckOutcome.Failed || check.Advice is { Length: > 0 }, check.Name));
        }
    }

    [Theory]
    [InlineData(ConnectionStage.NotFound)]
    [InlineData(ConnectionStage.Found)]
    [InlineData(ConnectionStage.Connected)]
    [InlineData(ConnectionStage.Greeted)]
    public void However_far_an_attempt_got_a_server_that_is_not_reached_fails_a_check_that_says_what_to_do(ConnectionStage stage) =>
        Assert.NotEmpty(Assert.Single(ServerDiagnosis.Of(Down("unix:/run/openvpn/paris.sock", stage)), check => check.Outcome is CheckOutcome.Failed).Advice!);

    private static ServerSnapshot Down(string endpoint, ConnectionStage stage) =>
        new("paris", endpoint) { Status = ServerStatus.Unreachable, Connection = new ConnectionFacts(stage), Detail = "No.", Advice = "Help." };

    private static DiagnosisCheck Find(string name, ServerSnapshot server) => Assert.Single(ServerDiagnosis.Of(server), check => check.Name == name);

    private static DiagnosisCheck Failed(string name, ServerSnapshot server)
    {
        DiagnosisCheck check = Find(name, server);
        Assert.Equal(CheckOutcome.Failed, check.Outcome);
        return check;
    }
}
