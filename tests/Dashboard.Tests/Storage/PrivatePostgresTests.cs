using System.Globalization;

using Dashboard.Storage;

namespace Dashboard.Tests.Storage;

/// <summary>The real program with its own PostgreSQL, ended in every way.</summary>
public sealed class PrivatePostgresTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    private string ClusterFolder => DashboardProcess.Cluster(Path.Combine(_root.Path, "data"));

    [Fact]
    public async Task An_orderly_end_takes_postgres_along_and_the_next_start_goes_on()
    {
        using (DashboardProcess first = await DashboardProcess.Start(_root.Path).ReadyAsync())
        {
            int postmaster = first.PostmasterId;
            Assert.Equal(0, await first.TerminateAsync());
            Assert.False(DashboardProcess.IsRunning(postmaster));
        }

        using DashboardProcess second = await DashboardProcess.Start(_root.Path).ReadyAsync();

        Assert.Equal(0, await second.TerminateAsync());
    }

    [Fact]
    public async Task A_killed_dashboard_leaves_no_postgres_behind_and_the_next_start_recovers()
    {
        using DashboardProcess first = await DashboardProcess.Start(_root.Path).ReadyAsync();
        int postmaster = first.PostmasterId;

        await first.KillAsync();
        using DashboardProcess second = await DashboardProcess.Start(_root.Path).ReadyAsync(); // at once, while the old one is still ending

        await TestWait.UntilAsync(() => !DashboardProcess.IsRunning(postmaster));
        Assert.Equal(0, await second.TerminateAsync());
    }

    [Fact]
    public async Task A_postgres_whose_dashboard_and_supervisor_were_both_killed_is_cleared_away_by_the_next_start()
    {
        using DashboardProcess first = await DashboardProcess.Start(_root.Path).ReadyAsync();
        int postmaster = first.PostmasterId;
        foreach (int supervisor in await SupervisorsOfAsync(postmaster))
            await DashboardProcess.SignalAsync("STOP", supervisor); // so that it cannot act on the dashboard's death
        await first.KillAsync();
        foreach (int supervisor in await SupervisorsOfAsync(postmaster))
            await DashboardProcess.SignalAsync("KILL", supervisor);
        Assert.True(DashboardProcess.IsRunning(postmaster));

        using DashboardProcess second = await DashboardProcess.Start(_root.Path).ReadyAsync();

        await TestWait.UntilAsync(() => !DashboardProcess.IsRunning(postmaster));
        Assert.Equal(0, await second.TerminateAsync());
    }

    [Fact]
    public async Task A_postgres_that_is_killed_is_started_again()
    {
        using DashboardProcess dashboard = await DashboardProcess.Start(_root.Path).ReadyAsync();
        int postmaster = dashboard.PostmasterId;

        await DashboardProcess.SignalAsync("KILL", postmaster);

        await TestWait.UntilAsync(() => dashboard.Output.Split("The database is ready").Length == 3);
        Assert.NotEqual(postmaster, dashboard.PostmasterId);
        Assert.Equal(0, await dashboard.TerminateAsync());
    }

    [Fact]
    public async Task A_stale_pid_file_that_names_a_living_stranger_does_not_stop_the_start()
    {
        using (DashboardProcess first = await DashboardProcess.Start(_root.Path).ReadyAsync())
            await first.TerminateAsync();
        string pidFile = Path.Combine(ClusterFolder, "postmaster.pid");
        await File.WriteAllTextAsync(pidFile, $"{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}\n{ClusterFolder}\n", TestContext.Current.CancellationToken);

        using DashboardProcess second = await DashboardProcess.Start(_root.Path).ReadyAsync();

        Assert.Equal(0, await second.TerminateAsync());
    }

    [Fact]
    public async Task A_second_dashboard_on_the_same_data_says_so_and_ends()
    {
        using DashboardProcess first = await DashboardProcess.Start(_root.Path).ReadyAsync();

        using DashboardProcess second = DashboardProcess.Start(_root.Path);

        Assert.NotEqual(0, await second.ExitAsync());
        Assert.Contains("Another dashboard is running on the data folder", second.Output, StringComparison.Ordinal);
        Assert.False(first.HasExited);
        Assert.Equal(0, await first.TerminateAsync());
    }

    [Fact]
    public async Task Files_of_another_release_are_refused_in_words_and_the_web_server_runs_all_the_same()
    {
        using (DashboardProcess first = await DashboardProcess.Start(_root.Path).ReadyAsync())
            await first.TerminateAsync();
        await File.WriteAllTextAsync(Path.Combine(ClusterFolder, "PG_VERSION"), "9\n", TestContext.Current.CancellationToken);

        using DashboardProcess second = DashboardProcess.Start(_root.Path);

        await second.SaysAsync("was made by PostgreSQL 9 and the installed one is 18", "OpenVPN Dashboard: http://127.0.0.1:");
        Assert.Equal(0, await second.TerminateAsync());
    }

    [Fact]
    public async Task Postgres_does_not_run_as_root()
    {
        using DashboardProcess dashboard = await DashboardProcess.Start(_root.Path).ReadyAsync();

        string status = await File.ReadAllTextAsync($"/proc/{dashboard.PostmasterId.ToString(CultureInfo.InvariantCulture)}/status", TestContext.Current.CancellationToken);

        Assert.DoesNotContain("\nUid:\t0\t", status, StringComparison.Ordinal);
        Assert.Equal(0, await dashboard.TerminateAsync());
    }

    [Fact]
    public async Task A_root_folder_that_is_closed_to_others_does_for_root_too()
    {
        File.SetUnixFileMode(_root.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            using (DashboardProcess first = await DashboardProcess.Start(_root.Path).ReadyAsync())
                await first.KillAsync();
            using DashboardProcess second = await DashboardProcess.Start(_root.Path).ReadyAsync();
            Assert.Equal(0, await second.TerminateAsync());
        }
        finally
        {
            await HostCommand.RunAsync(["rm", "-rf", "--", ClusterFolder], CancellationToken.None);
        }
    }

    /// <summary>The shells around a postmaster: all that live in its session but are no PostgreSQL.</summary>
    private static async Task<int[]> SupervisorsOfAsync(int postmaster)
    {
        string session = await HostCommand.DemandAsync("Asking for the session", ["ps", "-o", "sid=", "-p", postmaster.ToString(CultureInfo.InvariantCulture)], CancellationToken.None);
        string members = await HostCommand.DemandAsync("Asking for its members", ["ps", "-o", "pid=,comm=", "-s", session.Trim()], CancellationToken.None);
        return [.. members.Split('\n').Where(line => line.EndsWith(" sh", StringComparison.Ordinal)).Select(line => int.Parse(line.Trim().Split(' ')[0], CultureInfo.InvariantCulture))];
    }
}
