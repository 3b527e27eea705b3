using System.Net.Sockets;
using System.Text;

using Dashboard.Access.Audit;
using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Fleet.PassThrough;
using Dashboard.Live;

using E2E.Lab;

using Mgmt.Core.Events;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace E2E.Fleet;

/// <summary>Two programs at a pass-through socket of a real server, whose slot the dashboard has and keeps.</summary>
public sealed class RealPassThroughTests : IAsyncLifetime
{
    private readonly LiveStore _live = new(TimeProvider.System, NullLogger<LiveStore>.Instance);
    private readonly string _socket = Path.Combine(Path.GetTempPath(), $"pass-{Guid.NewGuid():N}.sock");
    private VpnLab _lab = null!;
    private FleetService _fleet = null!;
    private PassThroughService _service = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _lab = await VpnLab.UpAsync(new VpnLabOptions { Clients = 1 });
        FleetOptions options = new()
        {
            Servers = [new() { Name = "paris", Endpoint = "unix:" + _lab.ManagementSocket, ByteCountInterval = TimeSpan.FromSeconds(1), PassThrough = [new() { Endpoint = "unix:" + _socket, Access = PassThroughAccess.Full }] }],
        };
        _fleet = new FleetService(Options.Create(options), _live, [], new NoGates(), TimeProvider.System, NullLogger<FleetService>.Instance);
        _service = new PassThroughService(Options.Create(options), _fleet, _live, new NoTrail(), TimeProvider.System, NullLogger<PassThroughService>.Instance);
        await _fleet.StartAsync(Cancel);
        await _service.StartAsync(Cancel);
        await Eventually.ReadAsync(() => Task.FromResult(_live.Find("paris")!), server => server is { IsLive: true, ClientCount: 1 } && File.Exists(_socket), Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.StopAsync(CancellationToken.None);
        await _fleet.StopAsync(CancellationToken.None);
        _service.Dispose();
        _fleet.Dispose();
        await _lab.DisposeAsync();
    }

    [Fact]
    public async Task Programs_speak_the_plain_protocol_while_the_dashboard_keeps_the_slot()
    {
        Assert.Equal("alice", Assert.Single(await ManagementSocket.ReadClientsAsync(_socket, Cancel)).CommonName); // on a connection of its own that hangs up
        using Program watching = new(_socket);
        using Program other = new(_socket);
        Assert.StartsWith(">INFO:OpenVPN Management Interface Version ", await watching.ReadAsync(), StringComparison.Ordinal);
        await other.ReadAsync();

        await watching.SendAsync("state on all\nbytecount 1\n");
        Assert.Equal("SUCCESS: real-time state notification set to ON", await watching.ReadAsync());
        Assert.Contains("CONNECTED,SUCCESS", await watching.ReadToAsync("END"), StringComparison.Ordinal);
        await watching.ReadToAsync("SUCCESS: bytecount interval changed");
        await _lab.TrafficAsync("alice", 1, TimeSpan.FromSeconds(3), TrafficDirection.ToClient, Cancel);
        await watching.ReadToAsync(">BYTECOUNT_CLI:0,");
        await other.SendAsync("status 1\nhelp\n");
        Assert.Contains("alice,", await other.ReadToAsync("END"), StringComparison.Ordinal);
        Assert.Contains("client-kill CID", await other.ReadToAsync("END"), StringComparison.Ordinal);
        await other.SendAsync("quit\n");
        Assert.Null(await other.ReadAsync());

        await watching.SendAsync("signal SIGUSR1\n");
        await watching.ReadToAsync("SUCCESS: signal SIGUSR1 thrown");
        await watching.ReadToAsync(">STATE:");
        Assert.True(_live.Find("paris")!.Status is ServerStatus.Live or ServerStatus.Starting);
        await Eventually.ReadAsync(() => Task.FromResult(_live.Find("paris")!), server => server is { IsLive: true, ClientCount: 1 }, Cancel);
    }

    /// <summary>As netcat: bytes to a unix socket and back.</summary>
    private sealed class Program : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        private readonly StreamReader _reader;

        public Program(string path)
        {
            _socket.Connect(new UnixDomainSocketEndPoint(path));
            _reader = new StreamReader(new NetworkStream(_socket), Encoding.UTF8);
        }

        public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text), Cancel);

        public async Task<string?> ReadAsync() => await _reader.ReadLineAsync(Cancel).AsTask().WaitAsync(Eventually.Limit, Cancel);

        /// <summary>Everything up to a line that begins so.</summary>
        public async Task<string> ReadToAsync(string beginning)
        {
            StringBuilder read = new();
            while (await ReadAsync() is { } line)
            {
                read.Append(line).Append('\n');
                if (line.StartsWith(beginning, StringComparison.Ordinal))
                    return read.ToString();
            }
            throw new EndOfStreamException($"No '{beginning}' in: {read}");
        }

        public void Dispose()
        {
            _reader.Dispose();
            _socket.Dispose();
        }
    }

    private sealed class NoTrail : IAuditTrail
    {
        public void Write(AuditEntry entry)
        {
            // what is put on record is another test's business
        }
    }

    private sealed class NoGates : IClientGates
    {
        public IClientGate For(ServerOptions server) => new OpenGate();
    }

    private sealed class OpenGate : IClientGate
    {
        public System.Collections.Immutable.ImmutableArray<WaitingClient> Waiting => [];

        public void Reset()
        {
            // nobody is asked about
        }

        public void Take(ManagementEvent happened)
        {
            // nobody is asked about
        }

        public Task WorkAsync(IServerTurn turn, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
