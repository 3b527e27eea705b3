using System.Security.Claims;

using Dashboard.Approvals;
using Dashboard.Components.Controls;
using Dashboard.Components.Servers;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

namespace Dashboard.Tests.Components.Servers;

public sealed class OperatorQuestionsTests
{
    private static readonly ClaimsPrincipal s_caller = new(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ana")], "test"));
    private readonly FakeOperations _operations = new();

    [Theory]
    [InlineData(0, "Restart")]
    [InlineData(1, "Halt")]
    [InlineData(2, "Kill")]
    public void Disconnect_is_sent_for_the_session_that_was_seen(int choice, string mode)
    {
        _ = OperatorQuestions.Disconnect(_operations, s_caller, Sample.Client("alice", 7), Sample.Server(), []).Act(new ConfirmAnswer(choice, "why"));

        Assert.Equal([$"ana: disconnect alice CID 7 {mode} why"], _operations.Asked);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, " block certificate alice 00:15:00")]
    [InlineData(2, " block certificate alice 01:00:00")]
    [InlineData(3, " block certificate alice 1.00:00:00")]
    [InlineData(4, " block certificate alice until lifted")]
    public void A_name_is_kept_out_for_as_long_as_was_chosen(int option, string block)
    {
        _ = OperatorQuestions.Disconnect(_operations, s_caller, Sample.Client("alice", 7), Sample.Server(), []).Act(new ConfirmAnswer(0, null, option));

        Assert.Equal([$"ana: disconnect alice CID 7 Restart -{block}"], _operations.Asked);
    }

    [Fact]
    public void Whose_sessions_a_block_ends_is_told_by_name()
    {
        ServerSnapshot server = Sample.Server().With(
            Sample.Client("office", 0) with { Username = "karl" }, Sample.Client("office", 1) with { Username = "lena" }, Sample.Client("bob", 2));

        Assert.Contains("ends the sessions of office (karl) on paris from 203.0.113.7:51634, office (lena) on paris from 203.0.113.7:51634.", Asked("office"), StringComparison.Ordinal);
        Assert.Contains("ends the session of office (lena) on paris from 203.0.113.7:51634.", Asked("lena"), StringComparison.Ordinal);
        Assert.Contains("nobody is connected under this name now.", Asked("eve"), StringComparison.Ordinal);

        string Asked(string name) => OperatorQuestions.Block(new FakeApprovals(), s_caller, new(NameKind.Either, name), null, [server], 1, null).Consequence;
    }

    [Fact]
    public void Lifting_one_of_two_blocks_promises_nothing_that_the_other_one_forbids()
    {
        Block lifted = new(Guid.NewGuid(), "paris", "bob", "lost the laptop", Sample.Now, "ana", null);
        FakeApprovals approvals = new();
        approvals.Has(lifted, new Block(Guid.NewGuid(), null, "bob", null, Sample.Now, "ana", new DateTimeOffset(2026, 12, 2, 5, 18, 0, TimeSpan.Zero)));

        Assert.Equal(
            "Lifts the block that stands until it is lifted (lost the laptop). Another block still keeps bob out, until 2026-12-02 05:18 UTC.",
            OperatorQuestions.Lift(approvals, s_caller, lifted).Consequence);
    }

    [Fact]
    public void Lifting_a_block_on_every_server_tells_of_blocks_on_single_servers()
    {
        Block lifted = new(Guid.NewGuid(), null, "bob", null, Sample.Now, "ana", null);
        FakeApprovals approvals = new();
        approvals.Has(lifted, new Block(Guid.NewGuid(), "paris", "bob", null, Sample.Now, "ana", null), new Block(Guid.NewGuid(), "lyon", "eve", null, Sample.Now, "ana", null));

        Assert.EndsWith("Other blocks still keep bob out of paris (until it is lifted).", OperatorQuestions.Lift(approvals, s_caller, lifted).Consequence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_can_be_kept_out_by_either_of_its_names_and_whoever_goes_with_it_is_told()
    {
        ClientSnapshot lena = Sample.Client("office", 1) with { Username = "lena" }, again = Sample.Client("office", 2, "198.51.100.7:4000") with { Username = "lena" };
        ServerSnapshot server = Sample.Server().With(Sample.Client("office", 0) with { Username = "karl" }, lena, again);

        ConfirmOption option = OperatorQuestions.Disconnect(_operations, s_caller, lena, server, []).Option!;

        Assert.Equal("And keep this client out", option.Label);
        Assert.Equal(["Certificate office", "User lena"], option.Targets.Select(target => target.Label));
        Assert.StartsWith("Keeps out everybody who uses this certificate. This also ends the sessions of office (karl) on paris", option.Targets[0].Consequence, StringComparison.Ordinal);
        Assert.Equal("Keeps out this user, with whatever certificate. This also ends the session of office (lena) on paris from 198.51.100.7:4000.", option.Targets[1].Consequence);
    }

    [Fact]
    public void The_name_that_was_confirmed_goes_with_the_request()
    {
        ClientSnapshot lena = Sample.Client("office", 1) with { Username = "lena" };

        _ = OperatorQuestions.Disconnect(_operations, s_caller, lena, Sample.Server().With(lena), []).Act(new ConfirmAnswer(0, null, 1, Target: 1));

        Assert.Equal(["ana: disconnect office CID 1 Restart - block user lena 00:15:00"], _operations.Asked);
    }

    [Theory]
    [InlineData(ServerStatus.Stale)]
    [InlineData(ServerStatus.Unreachable)]
    public void An_old_list_does_not_say_that_nobody_is_connected(ServerStatus status)
    {
        string consequence = OperatorQuestions.Block(new FakeApprovals(), s_caller, new(NameKind.Either, "bob"), "paris", [Sample.Server(status: status)], 1, null).Consequence;

        Assert.DoesNotContain("nobody is connected", consequence, StringComparison.Ordinal);
        Assert.Contains("Who is connected to paris is not known now.", consequence, StringComparison.Ordinal);
    }

    [Fact]
    public void SIGUSR2_during_a_restart_is_told_not_to_be_sent() =>
        Assert.Contains("it is not sent", OperatorQuestions.Signal(_operations, s_caller, Sample.Server(status: ServerStatus.Starting), ServerSignal.SIGUSR2).Consequence, StringComparison.Ordinal);

    [Fact]
    public void A_block_beside_one_that_stands_says_so()
    {
        FakeApprovals approvals = new();
        approvals.Has(new Block(Guid.NewGuid(), null, "bob", null, Sample.Now, "ana", null));

        Assert.StartsWith("It is kept out already, until it is lifted (by ana).", OperatorQuestions.Block(approvals, s_caller, new(NameKind.Either, "bob"), "paris", [Sample.Server()], 1, null).Consequence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "is refused from now on")]
    [InlineData(false, "can connect again, and the dashboard then ends the session each time")]
    public void What_a_block_can_do_is_told_honestly(bool isGatekeeper, string words) =>
        Assert.Contains(
            words,
            OperatorQuestions.Disconnect(_operations, s_caller, Sample.Client(), Sample.Server() with { IsGatekeeper = isGatekeeper }, []).Option!.Explanation,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    public void Releasing_the_slot_of_a_server_that_asks_who_may_come_in_is_told_to_shut_clients_out(bool isGatekeeper, bool asks, bool shutsOut)
    {
        ConfirmQuestion question = OperatorQuestions.ReleaseSlot(_operations, s_caller, Sample.Server() with { IsGatekeeper = isGatekeeper, ClientAuth = asks }, TimeSpan.FromMinutes(10));

        Assert.Equal(shutsOut, question.Consequence.Contains("nobody new gets in", StringComparison.Ordinal));
        Assert.StartsWith("For 10 min", question.Consequence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_level_that_can_fill_a_disk_is_red() =>
        Assert.Equal(
            [false, true],
            new[] { 4, 5 }.Select(level => OperatorQuestions.Verb(_operations, s_caller, Sample.Server(), level).IsDestructive));

    [Theory]
    [InlineData(ServerSignal.SIGUSR1, ServerStatus.Live, false)]
    [InlineData(ServerSignal.SIGUSR2, ServerStatus.Live, false)]
    [InlineData(ServerSignal.SIGHUP, ServerStatus.Live, false)]
    [InlineData(ServerSignal.SIGTERM, ServerStatus.Live, true)]
    [InlineData(ServerSignal.SIGUSR2, ServerStatus.Held, false)] // would end a daemon that is held, and is not sent
    [InlineData(ServerSignal.SIGUSR1, ServerStatus.Held, false)] // ignored
    public void A_signal_that_ends_the_daemon_is_red(ServerSignal signal, ServerStatus status, bool red) =>
        Assert.Equal(red, OperatorQuestions.Signal(_operations, s_caller, Sample.Server(status: status), signal).IsDestructive);

    [Fact]
    public void A_restart_says_how_many_clients_lose_the_tunnel() =>
        Assert.StartsWith(
            "All 2 clients lose the tunnel",
            OperatorQuestions.Signal(_operations, s_caller, Sample.Server().With(Sample.Client("a", 0), Sample.Client("b", 1)), ServerSignal.SIGUSR1).Consequence,
            StringComparison.Ordinal);

    [Fact]
    public void A_restart_under_hold_says_that_it_will_wait() =>
        Assert.Contains(
            "waits for a release",
            OperatorQuestions.Signal(_operations, s_caller, Sample.Server() with { HoldFlag = true }, ServerSignal.SIGHUP).Consequence,
            StringComparison.Ordinal);
}
