using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;

using E2E.Browsers;
using E2E.Lab;
using E2E.Program;

using Microsoft.Playwright;

namespace E2E.Pages;

/// <summary>
/// A real OpenVPN server with three real clients, the real program that looks after it, an administrator, and beside it
/// servers that cannot be had, each for a reason of its own.
/// </summary>
public sealed class LiveDashboard(Browser browser) : IAsyncLifetime
{
    private const string ApiToken = "0123456789abcdef0123456789abcdef";

    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);
    private readonly TcpListener _sshServer = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly string _laptopSocket = Path.Combine(Path.GetTempPath(), $"laptop-{Guid.NewGuid():N}.sock");

    public VpnLab Lab { get; private set; } = null!;

    /// <summary>A server that asks the dashboard about every client; it begins with none.</summary>
    public VpnLab Gate { get; private set; } = null!;

    /// <summary>A server that asks as well, of a dashboard that gives a person eight seconds; it begins with no client.</summary>
    public VpnLab Hasty { get; private set; } = null!;

    /// <summary>A server whose management password the dashboard has wrong.</summary>
    public VpnLab Guarded { get; private set; } = null!;

    /// <summary>The file in which the dashboard looks for that password.</summary>
    public string GuardedPasswordFile => Path.Combine(Lab.Folder, "wrong password");

    /// <summary>
    /// A server that nobody watches and that lets in who says <c>swordfish</c>. Its clients, of which it begins with none,
    /// dial the dashboard as "laptop", one at a time, and ask it for their credentials.
    /// </summary>
    public VpnLab Home { get; private set; } = null!;

    public DashboardProgram Program { get; private set; } = null!;

    /// <summary>As a program would talk to it, with a token of an administrator.</summary>
    public HttpClient Api { get; private set; } = null!;

    /// <summary>What the configuration says; a second start needs it again.</summary>
    public object Settings { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _silent.Start();
        _sshServer.Start();
        _ = GreetAsSshAsync();
        Task<VpnLab> lab = VpnLab.UpAsync();
        Task<VpnLab> guarded = VpnLab.UpAsync(new VpnLabOptions { Clients = 1, ManagementPassword = "open sesame" });
        Task<VpnLab> gate = VpnLab.UpAsync(new VpnLabOptions
        {
            Clients = 0,
            ClientAuth = true,
            ServerOptions = ["auth-user-pass-optional"],
            ClientOptions = ["push-peer-info", "setenv IV_SSO webauth,openurl,crtext"],
        });
        Task<VpnLab> hasty = VpnLab.UpAsync(new VpnLabOptions { Clients = 0, ClientAuth = true, ServerOptions = ["auth-user-pass-optional"] });
        Task<VpnLab> home = VpnLab.UpAsync(new VpnLabOptions
        {
            Clients = 0,
            ServerOptions = ["script-security 2", "auth-user-pass-verify \"/usr/bin/grep --quiet --line-regexp swordfish\" via-file"],
            ClientOptions = [$"management {_laptopSocket} unix", "management-client", "management-query-passwords", "auth-user-pass", "auth-retry interact"],
        });
        (Lab, Guarded, Gate, Hasty, Home) = (await lab, await guarded, await gate, await hasty, await home);
        await File.WriteAllTextAsync(GuardedPasswordFile, "hunter2\n");
        Settings = new
        {
            Servers = new object[]
            {
                new { Name = "site/paris", Endpoint = $"unix:{Lab.ManagementSocket}" },
                new { Name = "refused", Endpoint = "tcp://127.0.0.1:1" },
                new { Name = "silent", Endpoint = $"tcp://127.0.0.1:{Port(_silent)}" },
                new { Name = "ssh", Endpoint = $"tcp://127.0.0.1:{Port(_sshServer)}" },
                new { Name = "guarded", Endpoint = $"unix:{Guarded.ManagementSocket}", PasswordFile = GuardedPasswordFile },
                new
                {
                    Name = "gate",
                    Endpoint = $"unix:{Gate.ManagementSocket}",
                    Approval = "Ask",
                    ApprovalDeadline = "00:00:40",
                    Clients = new { dora = new[] { "ifconfig-push 10.80.0.50 255.255.0.0" } },
                },
                new { Name = "hasty", Endpoint = $"unix:{Hasty.ManagementSocket}", Approval = "Ask", ApprovalDeadline = "00:00:08" },
            },
            Listeners = new[] { new { Name = "laptop", Endpoint = $"unix:{_laptopSocket}", ByteCountInterval = "00:00:01" } },
            Access = new { ApiTokens = new[] { new { Name = "test", Token = ApiToken, Role = "Admin" } } },
        };
        Program = await DashboardProgram.StartAsync(Settings);
        await CreateAdministratorAsync(await Program.WaitForFirstAdminLinkAsync());
        Talk();
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        Api?.Dispose();
        if (Program is not null)
            await Program.DisposeAsync();
        foreach (VpnLab? lab in (VpnLab?[])[Lab, Guarded, Gate, Hasty, Home])
        {
            if (lab is not null)
                await lab.DisposeAsync();
        }
        File.Delete(_laptopSocket);
        _silent.Dispose();
        _sshServer.Dispose();
        _ended.Dispose();
    }

    /// <summary>A page of somebody who has signed in.</summary>
    public async Task<Visit> SignInAsync(Screen screen)
    {
        Visit visit = await VisitAsync(screen);
        await Account.SignInAsync(visit.Page);
        return visit;
    }

    /// <summary>A page of a stranger.</summary>
    public async Task<Visit> VisitAsync(Screen screen)
    {
        IBrowserContext context = await browser.NewContextAsync(screen, Program.Address.ToString());
        return new Visit(context, await context.NewPageAsync());
    }

    /// <summary>The clients of the real server as the API shows them.</summary>
    public Task<IReadOnlyList<ApiClient>> ReadClientsAsync(CancellationToken cancellationToken) => ReadClientsAsync("site/paris", cancellationToken);

    /// <summary>The clients of one server as the API shows them.</summary>
    public async Task<IReadOnlyList<ApiClient>> ReadClientsAsync(string server, CancellationToken cancellationToken) =>
        await Api.GetFromJsonAsync<ApiClient[]>($"/api/v1/servers/{Uri.EscapeDataString(server)}/clients", cancellationToken) ?? [];

    /// <summary>What a test began with and what it leaves to the next one: three clients with working tunnels.</summary>
    public async Task AllClientsConnectedAsync(CancellationToken cancellationToken) =>
        await Eventually.ReadAsync(
            () => ReadClientsAsync(cancellationToken),
            clients => clients.Count == 3 && clients.All(c => c.VirtualAddress is not null),
            cancellationToken);

    /// <summary>Leaves nobody kept out.</summary>
    public async Task LiftAllAsync(CancellationToken cancellationToken)
    {
        foreach (ApiBlock block in await Api.GetFromJsonAsync<ApiBlock[]>("/api/v1/blocks", cancellationToken) ?? [])
            (await Api.DeleteAsync($"/api/v1/blocks/{block.Id}", cancellationToken)).Dispose();
    }

    /// <summary>Kills the program without warning and starts it again with the same data.</summary>
    public async Task RestartProgramAsync()
    {
        await Program.KillAsync();
        Program = await DashboardProgram.StartAsync(Settings, Program);
        Api.Dispose();
        Talk();
    }

    private void Talk() => Api = new HttpClient
    {
        BaseAddress = Program.Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", ApiToken) },
    };

    private async Task CreateAdministratorAsync(string link)
    {
        await using Visit visit = await VisitAsync(Screen.Light);
        await Account.CreateFirstAdministratorAsync(visit.Page, link);
    }

    private async Task GreetAsSshAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient visitor = await _sshServer.AcceptTcpClientAsync(_ended.Token);
                await visitor.GetStream().WriteAsync("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"u8.ToArray(), _ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // the tests are over
        }
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
