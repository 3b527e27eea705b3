using System.Diagnostics;

using Dashboard.Storage;

namespace Dashboard.Tests.Storage;

public sealed class PostgresSupervisorTests
{
    // Deaf to SIGINT, which the supervisor has it ignore, until a file is there; then it ends at the first.
    private const string DeafServer = "print STDERR qq(deaf\\n); select(undef, undef, undef, 0.05) until -e $ARGV[0]; $SIG{INT} = sub { exit 7 }; sleep 1 while 1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_does_not_hear_the_first_signal_is_told_again()
    {
        string folder = Directory.CreateTempSubdirectory("supervisor-").FullName;
        string hears = Path.Combine(folder, "hears");
        using Process supervisor = Process.Start(HostCommand.StartInfo(PostgresSupervisor.Command(["perl", "-e", DeafServer, hears])))!;
        Assert.Equal("deaf", await supervisor.StandardError.ReadLineAsync(Cancel));

        supervisor.StandardInput.Close();
        await File.WriteAllTextAsync(hears, "", Cancel);

        await supervisor.WaitForExitAsync(Cancel).WaitAsync(TestWait.Limit, Cancel);
        Assert.Equal(7, supervisor.ExitCode);
        Directory.Delete(folder, recursive: true);
    }
}
