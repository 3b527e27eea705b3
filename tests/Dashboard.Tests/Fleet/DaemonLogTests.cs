using Dashboard.Fleet;
using Dashboard.Live;

using Mgmt.Core.Events;

namespace Dashboard.Tests.Fleet;

public class DaemonLogTests
{
    [Theory]
    [InlineData("MANAGEMENT: CMD 'status 3'", true)]
    [InlineData("MANAGEMENT: CMD 'bytecount 2'", true)]
    [InlineData("MANAGEMENT: CMD 'signal SIGUSR1'", false)]
    [InlineData("MANAGEMENT: CMD 'client-kill 3'", false)]
    [InlineData("MANAGEMENT: Client connected from /run/openvpn/paris.sock", false)]
    public void Traces_of_watching_are_told_from_what_a_person_did(string text, bool trace) =>
        Assert.Equal(trace, DaemonLog.IsTraceOfWatching(text));

    [Theory]
    [InlineData(LogFlags.None, LogSeverity.Info)]
    [InlineData(LogFlags.Info, LogSeverity.Info)]
    [InlineData(LogFlags.Debug, LogSeverity.Debug)]
    [InlineData(LogFlags.Warning, LogSeverity.Warning)]
    [InlineData(LogFlags.Error | LogFlags.Warning, LogSeverity.Error)]
    [InlineData(LogFlags.Fatal | LogFlags.Info, LogSeverity.Fatal)]
    public void The_gravest_flag_decides(LogFlags flags, LogSeverity expected) =>
        Assert.Equal(expected, DaemonLog.SeverityOf(flags));
}
