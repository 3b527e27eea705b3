using System.Net;
using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;
using Mgmt.Core.Sockets;

namespace Mgmt.Core.Tests.RealDaemon;

/// <summary>Daemons that dial in, in both roles, and the management password, on real ones.</summary>
public sealed class DialInTests
{
    private readonly CancellationToken _cancel = Limits.Token();

    [Fact]
    public async Task A_server_and_a_client_dial_in_over_a_unix_socket()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        var endpoint = new ManagementEndpoint.Unix(lab.PathOf("dashboard.sock"));
        await using ManagementListener listener = await ManagementListener.ListenAsync(endpoint, cancellationToken: _cancel);

        Daemon serverDaemon = lab.StartServer($"management {endpoint.Path} unix", "management-client");
        await using Managed server = await AcceptAsync(listener, serverDaemon);
        Daemon clientDaemon = lab.StartClient("client", "alice", $"management {endpoint.Path} unix", "management-client");
        await using Managed client = await AcceptAsync(listener, clientDaemon);
        await server.NextAsync<ManagementEvent.ClientEstablished>(_cancel);

        Assert.Equal(1, await server.Connection.GetClientCountAsync(_cancel));
        Assert.NotNull((await client.Connection.GetStatusAsync(cancellationToken: _cancel)).Process);

        await client.Connection.CloseAsync(_cancel);
        await clientDaemon.ExitedAsync(_cancel); // it ends with its management connection
    }

    [Fact]
    public async Task A_client_dials_in_over_tcp()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await using ManagementListener listener = await ManagementListener.ListenAsync(ManagementEndpoint.Parse("tcp://127.0.0.1:0"), cancellationToken: _cancel);
        int port = ((IPEndPoint)listener.LocalEndPoints[0]).Port;
        // In the machine's own network: the peer that it looks for does not exist, and its device is none.
        await using var process = new HostDaemon($"--dev null --remote 127.0.0.1 1 --nobind --management 127.0.0.1 {port} --management-client");
        await using IncomingConnection incoming = await listener.AcceptAsync(_cancel);
        await using ManagementConnection connection = await incoming.OpenAsync(cancellationToken: _cancel);

        Assert.Equal(IPAddress.Loopback, incoming.RemoteEndPoint!.Address);
        Assert.True(await connection.GetPidAsync(_cancel) > 1);
    }

    [Fact]
    public async Task A_daemon_on_tcp_asks_for_its_password()
    {
        await using VpnLab lab = await VpnLab.CreateAsync();
        await File.WriteAllTextAsync(lab.PathOf("pw"), "lab \"secret\" #1\n", _cancel);
        int port = FreePort();
        await using var process = new HostDaemon($"--dev null --remote 127.0.0.1 1 --nobind --management 127.0.0.1 {port} {lab.PathOf("pw")}");
        ManagementEndpoint endpoint = ManagementEndpoint.Parse($"tcp://127.0.0.1:{port}");

        await Assert.ThrowsAsync<PasswordRequiredException>(() => OpenAsync(endpoint, password: null));
        await Assert.ThrowsAsync<PasswordRejectedException>(() => OpenAsync(endpoint, "wrong"));
        await using ManagementConnection connection = await OpenAsync(endpoint, "lab \"secret\" #1");
        Assert.True(await connection.GetPidAsync(_cancel) > 1);

        var impatient = new ManagementConnectionOptions { GreetingTimeout = TimeSpan.FromMilliseconds(300) };
        await Assert.ThrowsAsync<SlotTakenException>(() => ManagementConnection.ConnectAsync(endpoint, impatient, _cancel));
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task<Managed> AcceptAsync(ManagementListener listener, Daemon daemon)
    {
        await using IncomingConnection incoming = await listener.AcceptAsync(_cancel);
        return new Managed(await incoming.OpenAsync(cancellationToken: _cancel), daemon);
    }

    /// <summary>Tries until the daemon listens.</summary>
    private async Task<ManagementConnection> OpenAsync(ManagementEndpoint endpoint, string? password)
    {
        while (true)
        {
            try
            {
                return await ManagementConnection.ConnectAsync(endpoint, new ManagementConnectionOptions { Password = password is null ? null : _ => ValueTask.FromResult(password) }, _cancel);
            }
            catch (EndpointUnreachableException)
            {
                await Task.Delay(20, _cancel);
            }
        }
    }
}
