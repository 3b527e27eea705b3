using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Live;
using Dashboard.Tests.Approvals;
using Dashboard.Tests.Components;

namespace Dashboard.Tests.Fleet.Operations;

public sealed class SignalTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("RECONNECTING,SIGHUP")]
    [InlineData("CONNECTING,")]
    [InlineData("RESOLVE,")]
    [InlineData("TCP_CONNECT,")]
    [InlineData("WAIT,")]
    [InlineData("AUTH,")]
    [InlineData("GET_CONFIG,")]
    [InlineData("ASSIGN_IP,")]
    [InlineData("ADD_ROUTES,")]
    public async Task SIGUSR2_would_end_a_daemon_that_restarts_and_is_not_sent(string state)
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Leave).StartAsync();
        await lab.Daemon.SayAsync($">STATE:1795214552,RECONNECTING,SIGHUP,,,,,\r\n>STATE:1795214553,{state},,,,,\r\n", Cancel);
        await lab.UntilAsync(() => lab.Live.Find("paris") is { Status: ServerStatus.Starting });

        OperationResult result = await lab.OperateAsync((watch, token) => watch.SignalAsync(ServerSignal.SIGUSR2, token));
        OperationResult typed = await lab.OperateAsync((watch, token) => watch.RawAsync("signal SIGUSR2", token));

        Assert.Equal((OperationOutcome.Refused, OperationOutcome.Refused), (result.Outcome, typed.Outcome));
        Assert.DoesNotContain(await lab.HeardUpToNowAsync(), line => line.StartsWith("signal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SIGUSR2_is_sent_to_a_daemon_that_is_through_its_restart()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Leave).StartAsync();
        lab.Daemon.On("signal", "SUCCESS: signal SIGUSR2 thrown\r\n");
        await lab.Daemon.SayAsync(">STATE:1795214552,RECONNECTING,SIGHUP,,,,,\r\n>STATE:1795214553,CONNECTED,SUCCESS,10.80.0.1,,,,\r\n", Cancel);
        await lab.UntilAsync(() => lab.Live.Find("paris") is { Status: ServerStatus.Live, DaemonStateSince: { } since } && since.ToUnixTimeSeconds() == 1795214553);

        OperationResult result = await lab.OperateAsync((watch, token) => watch.SignalAsync(ServerSignal.SIGUSR2, token));

        Assert.Equal(OperationOutcome.Done, result.Outcome);
    }

    [Theory]
    [InlineData(ServerSignal.SIGUSR1, "RECONNECTING", "OpenVPN is restarting.")]
    [InlineData(ServerSignal.SIGHUP, "EXITING", "OpenVPN is ending.")] // whatever it was asked for
    [InlineData(ServerSignal.SIGHUP, "CONNECTED", "OpenVPN has restarted.")]
    [InlineData(ServerSignal.SIGTERM, "EXITING", "OpenVPN is ending.")]
    public void What_is_told_of_a_signal_is_what_was_seen(ServerSignal signal, string state, string effect) =>
        Assert.Equal(effect, SignalEffect.Of(s_before with { DaemonState = state, DaemonStateSince = Sample.Now }, s_before, signal));

    [Theory]
    [InlineData("OpenVPN CLIENT LIST", "OpenVPN has written its status to its log.")]
    [InlineData("TITLE,OpenVPN 2.6.14", "OpenVPN has written its status to its log.")]
    [InlineData("MANAGEMENT: CMD 'signal SIGUSR2'", null)]
    public void A_status_is_written_when_it_stands_in_the_log(string line, string? effect) =>
        Assert.Equal(effect, SignalEffect.Of(s_before with { Log = [new LogEntry(1, Sample.Now, LogSeverity.Info, line)] }, s_before, ServerSignal.SIGUSR2));

    private static readonly ServerSnapshot s_before = Sample.Server() with { DaemonState = "CONNECTED", DaemonStateSince = Sample.Now.AddHours(-1) };
}
