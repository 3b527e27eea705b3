using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Live;
using Dashboard.Tests.Approvals;

namespace Dashboard.Tests.Fleet.Operations;

public sealed class SignalTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SIGUSR2_would_end_a_daemon_that_restarts_and_is_not_sent()
    {
        await using GateLab lab = await new GateLab(ApprovalPolicy.Leave).StartAsync();
        await lab.Daemon.SayAsync(">STATE:1795214552,RECONNECTING,SIGHUP,,,,,\r\n", Cancel);
        await lab.UntilAsync(() => lab.Live.Find("paris") is { Status: ServerStatus.Starting });

        OperationResult result = await lab.OperateAsync((watch, token) => watch.SignalAsync(ServerSignal.SIGUSR2, token));

        Assert.Equal(OperationOutcome.Refused, result.Outcome);
        Assert.DoesNotContain(await lab.HeardUpToNowAsync(), line => line.StartsWith("signal", StringComparison.Ordinal));
    }
}
