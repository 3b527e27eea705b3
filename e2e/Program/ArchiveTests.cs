using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace E2E.Program;

/// <summary>What packaging/README.md installs: the archive, and the program in it as the systemd unit starts it.</summary>
[Collection<DemoTests>]
public sealed class ArchiveTests : IDisposable
{
    private const string Nobody = "65534";
    private const string Token = "0123456789abcdef0123456789abcdef";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("an archive ").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_archive_runs_as_an_ordinary_user_who_can_write_to_the_data_folder_only()
    {
        string program = Path.Combine(_folder, "openvpn-dashboard"), data = Path.Combine(_folder, "data"), configuration = Path.Combine(_folder, "appsettings.json");
        await Machine.RunAsync(Path.Combine(Repository.Root, "packaging", "tarball"), _folder);
        await Machine.RunAsync("tar", "-C", _folder, "-xzf", Path.Combine(_folder, "openvpn-dashboard-linux-x64.tar.gz"));
        await Machine.RunAsync("install", "-d", "-m", "700", "-o", Nobody, "-g", Nobody, data);
        await Machine.RunAsync("chmod", "755", _folder);
        await File.WriteAllTextAsync(configuration, "{}", Cancel);
        string[] unit = await File.ReadAllLinesAsync(Path.Combine(program, "packaging", "openvpn-dashboard.service"), Cancel);
        string address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Machine.FreePort()}");

        ProcessStartInfo start = new("setpriv", ["--reuid", Nobody, "--regid", Nobody, "--clear-groups", "--no-new-privs", "--bounding-set=-all", Here(Value("ExecStart="))])
        {
            WorkingDirectory = "/",
            Environment =
            {
                ["Dashboard__Urls"] = address,
                ["Dashboard__Access__ApiTokens__0__Name"] = "test",
                ["Dashboard__Access__ApiTokens__0__Token"] = Token,
                ["Dashboard__Access__ApiTokens__0__Role"] = "Viewer",
            },
        };
        foreach (string variable in unit.Where(line => line.StartsWith("Environment=", StringComparison.Ordinal)))
        {
            string[] pair = variable["Environment=".Length..].Split('=', 2);
            start.Environment[pair[0]] = Here(pair[1]);
        }
        using Process dashboard = Process.Start(start)!;
        try
        {
            using HttpClient http = new() { BaseAddress = new Uri(address), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) } };
            await Eventually.ReadAsync(() => StatusAsync(http, "/readyz"), status => status is HttpStatusCode.OK, Cancel, s_limit);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/_framework/blazor.web.js"));
            foreach (string file in (string[])["apexcharts.esm.js", "apexcharts.css", "uplot.esm.js", "uplot.css"])
                Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/lib/" + file));
        }
        finally
        {
            await Machine.RunAsync("kill", "-TERM", dashboard.Id.ToString(CultureInfo.InvariantCulture));
            await dashboard.WaitForExitAsync(Cancel).WaitAsync(s_limit, Cancel);
        }
        Assert.Equal(0, dashboard.ExitCode);

        string Value(string key) => unit.Single(line => line.StartsWith(key, StringComparison.Ordinal))[key.Length..];

        string Here(string path) => path
            .Replace("/opt/openvpn-dashboard", program, StringComparison.Ordinal)
            .Replace("/etc/openvpn-dashboard/appsettings.json", configuration, StringComparison.Ordinal)
            .Replace("/var/lib/openvpn-dashboard", data, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode?> StatusAsync(HttpClient http, string path)
    {
        try
        {
            using HttpResponseMessage response = await http.GetAsync(new Uri(path, UriKind.Relative), Cancel);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null; // it does not listen yet
        }
    }
}
