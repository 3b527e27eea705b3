using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace E2E.Program;

/// <summary>The program as a process: how it starts, refuses to start, and ends.</summary>
public sealed class ProgramTests
{
    private static readonly object s_noServers = new { Servers = Array.Empty<object>() };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_configuration_stops_the_start_with_every_mistake_at_once()
    {
        (int exitCode, string output) = await DashboardProgram.RunToEndAsync(
            new
            {
                Servers = new object[]
                {
                    new { Name = "paris", Endpoint = "http://paris" },
                    new { Name = "paris", Endpoint = "tcp4://[::1]:7505", StatusInterval = "soon" },
                    new { Nmae = "lyon" },
                },
                Access = new { ApiTokens = new[] { new { Name = "short", Token = "hunter2", Role = "Boss" } } },
            },
            Cancel);

        Assert.Equal(2, exitCode);
        foreach (string key in (string[])
            ["Servers:0:Endpoint", "Servers:1:Name", "Servers:1:Endpoint", "Servers:1:StatusInterval", "Servers:2:Nmae", "Servers:2:Name", "Servers:2:Endpoint", "Access:ApiTokens:0:Token", "Access:ApiTokens:0:Role"])
            Assert.Contains($"  - Dashboard:{key}", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_one_line()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();

        (int exitCode, string output) = await DashboardProgram.RunToEndAsync(
            new { Urls = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}" }, Cancel);

        Assert.Equal(1, exitCode);
        Assert.Contains("address already in use", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_it_stops_its_PostgreSQL_and_a_second_start_goes_on_with_the_same_data()
    {
        DashboardProgram first = await DashboardProgram.StartAsync(s_noServers, cancellationToken: Cancel);
        string link = await first.WaitForFirstAdminLinkAsync(Cancel);
        Assert.NotEmpty(PostgresOf(first));

        await first.StopAsync();
        Assert.Empty(PostgresOf(first));

        await using DashboardProgram second = await DashboardProgram.StartAsync(s_noServers, first, Cancel);
        Assert.NotEqual(link, await second.WaitForFirstAdminLinkAsync(Cancel)); // nobody has used it: a new one, and the old one is void
        using HttpClient browser = new() { BaseAddress = second.Address };
        using HttpResponseMessage old = await browser.GetAsync(link, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, old.StatusCode);
    }

    [Fact]
    public async Task After_a_kill_without_warning_PostgreSQL_ends_and_the_next_start_recovers()
    {
        DashboardProgram first = await DashboardProgram.StartAsync(s_noServers, cancellationToken: Cancel);
        await first.WaitForFirstAdminLinkAsync(Cancel);

        await first.KillAsync();
        await Eventually.ReadAsync(() => Task.FromResult(PostgresOf(first)), processes => processes.Count == 0, Cancel);

        await using DashboardProgram second = await DashboardProgram.StartAsync(s_noServers, first, Cancel);
        await second.WaitForFirstAdminLinkAsync(Cancel);
    }

    [Fact]
    public async Task A_second_program_on_the_same_data_says_so_and_stops()
    {
        await using DashboardProgram first = await DashboardProgram.StartAsync(s_noServers, cancellationToken: Cancel);

        (int exitCode, string output) = await DashboardProgram.RunToEndAsync(
            new { History = new { DataDirectory = Path.Combine(first.Folder, "data") } }, Cancel);

        Assert.Equal(1, exitCode);
        Assert.Contains("Another dashboard is running on the data folder", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    /// <summary>Processes whose command line names the program's data folder.</summary>
    private static IReadOnlyList<int> PostgresOf(DashboardProgram program) =>
        [.. Process.GetProcesses().Where(process => Machine.CommandLine(process.Id).Contains(Path.Combine(program.Folder, "data", "postgres"), StringComparison.Ordinal)).Select(process => process.Id)];
}
