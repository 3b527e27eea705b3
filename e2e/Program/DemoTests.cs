using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace E2E.Program;

/// <summary><c>./run --demo</c> of somebody who is not root. Builds, so nothing else runs beside it.</summary>
[CollectionDefinition(DisableParallelization = true)]
[Collection<DemoTests>]
public sealed class DemoTests
{
    private const int SigInt = 2;
    private const string Token = "0123456789abcdef0123456789abcdef";

    private static readonly string[] s_toolchain = ["dotnet", "MSBuild", "NuGet"];

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_root_the_demo_says_that_it_is_simulated_shows_live_servers_and_leaves_nothing_behind()
    {
        string folder = Directory.CreateTempSubdirectory("demo-").FullName;
        // Another user's rights on files that are ours: a user namespace in which we are not root.
        ProcessStartInfo start = new("unshare", ["--user", "--map-user=1000", "--map-group=1000", Path.Combine(Repository.Root, "run"), "--demo"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment =
            {
                ["TMPDIR"] = folder,
                ["Dashboard__Urls"] = "http://127.0.0.1:0",
                ["Dashboard__History__DataDirectory"] = Path.Combine(folder, "data"),
                ["Dashboard__Access__ApiTokens__0__Name"] = "test",
                ["Dashboard__Access__ApiTokens__0__Token"] = Token,
                ["Dashboard__Access__ApiTokens__0__Role"] = "Viewer",
            },
        };
        using Process run = Process.Start(start)!;
        try
        {
            List<string> output = [];
            while (output is not [.., var last] || !last.StartsWith("OpenVPN Dashboard: ", StringComparison.Ordinal))
                output.Add(await run.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(s_limit, Cancel) ?? throw new InvalidOperationException(string.Join('\n', output)));

            Assert.Contains(output, line => line.StartsWith("-- SIMULATED: the servers of this demo are played, there is no VPN", StringComparison.Ordinal));
            using HttpClient api = new() { BaseAddress = new Uri(output[^1].Split(' ')[^1]) };
            api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
            JsonElement servers = await Eventually.ReadAsync(
                () => api.GetFromJsonAsync<JsonElement>("/api/v1/servers", Cancel),
                all => all.EnumerateArray().All(server => string.Equals(server.GetProperty("status").GetString(), "live", StringComparison.OrdinalIgnoreCase)),
                Cancel);
            Assert.Equal(["lyon", "oslo", "paris"], servers.EnumerateArray().Select(server => server.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
            Assert.NotEmpty((await api.GetFromJsonAsync<JsonElement>("/api/v1/servers/paris/clients", Cancel)).EnumerateArray());
        }
        finally
        {
            _ = Kill(run.Id, SigInt);
            await run.WaitForExitAsync(Cancel).WaitAsync(s_limit, Cancel);
        }

        Assert.DoesNotContain(Process.GetProcesses(), process => CommandLine(process.Id).Contains(folder, StringComparison.Ordinal));
        // The history is kept; what the SDK leaves behind (its own files, and empty folders) is not ours.
        Assert.DoesNotContain(
            Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Split('/')[0]),
            top => top != "data" && !top.StartsWith('.') && !s_toolchain.Any(name => top.Contains(name, StringComparison.OrdinalIgnoreCase)));
        Directory.Delete(folder, recursive: true);
    }

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return ""; // it has ended meanwhile
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);
}
