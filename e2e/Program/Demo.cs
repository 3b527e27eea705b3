using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace E2E.Program;

/// <summary>A <c>./run --demo</c> that runs. Disposing presses Ctrl-C, and asserts that nothing but the history is left.</summary>
internal sealed class Demo : IAsyncDisposable
{
    private const int SigInt = 2;
    private const string Token = "0123456789abcdef0123456789abcdef";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    // What the SDK leaves behind is not ours.
    private static readonly string[] s_toolchain = ["dotnet", "MSBuild", "NuGet"];

    private readonly string _folder;
    private readonly Process _run;
    private readonly List<string> _output = [];
    private readonly HttpClient _api = new() { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) } };

    private Demo(string folder, Process run) => (_folder, _run) = (folder, run);

    /// <summary>What it printed until it served.</summary>
    public IReadOnlyList<string> Output => _output;

    /// <summary>What the names of a real demo's network namespaces contain: the id in its work folder, see <c>demo/vpn-lab</c>.</summary>
    public string LabId => File.ReadAllText(Assert.Single(Directory.GetFiles(_folder, "id", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Returns when the dashboard has said where it serves.</summary>
    /// <param name="through">A program and its arguments that <c>./run --demo</c> is run by, or none.</param>
    public static async Task<Demo> StartAsync(params string[] through)
    {
        string folder = Directory.CreateTempSubdirectory("demo-").FullName;
        string[] command = [.. through, Path.Combine(Repository.Root, "run"), "--demo"];
        Demo demo = new(folder, Process.Start(new ProcessStartInfo(command[0], command[1..])
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
        })!);
        try
        {
            await demo.WhenServingAsync();
        }
        catch
        {
            await demo.StopAsync();
            throw;
        }
        return demo;
    }

    public async Task<JsonElement> GetAsync(string path) => await _api.GetFromJsonAsync<JsonElement>(path, Cancel);

    /// <summary>All servers, as soon as each is live.</summary>
    public Task<JsonElement> WhenLiveAsync() => Eventually.ReadAsync(
        () => GetAsync("/api/v1/servers"),
        all => all.EnumerateArray().All(server => string.Equals(server.GetProperty("status").GetString(), "live", StringComparison.OrdinalIgnoreCase)),
        Cancel);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Assert.DoesNotContain(Process.GetProcesses(), process => Machine.CommandLine(process.Id).Contains(_folder, StringComparison.Ordinal));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder, file).Split('/')[0]),
            top => top != "data" && !top.StartsWith('.') && !s_toolchain.Any(name => top.Contains(name, StringComparison.OrdinalIgnoreCase)));
        Directory.Delete(_folder, recursive: true);
    }

    private async Task WhenServingAsync()
    {
        while (_output is not [.., var last] || !last.StartsWith("OpenVPN Dashboard: ", StringComparison.Ordinal))
        {
            _output.Add(await _run.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(s_limit, Cancel)
                ?? throw new InvalidOperationException(string.Join('\n', _output)));
        }
        _api.BaseAddress = new Uri(_output[^1].Split(' ')[^1]);
    }

    private async Task StopAsync()
    {
        if (!_run.HasExited)
            _ = Kill(_run.Id, SigInt);
        await _run.WaitForExitAsync(CancellationToken.None).WaitAsync(s_limit, CancellationToken.None);
        _run.Dispose();
        _api.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);
}
