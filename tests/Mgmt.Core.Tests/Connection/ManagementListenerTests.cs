using System.Net;
using System.Net.Sockets;
using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Sockets;

namespace Mgmt.Core.Tests.Connection;

public sealed class ManagementListenerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mgmt-").FullName;
    private readonly CancellationToken _cancel = Limits.Token();

    private string SocketPath => Path.Combine(_folder, "m.sock");

    [Fact]
    public async Task A_daemon_that_dials_in_is_talked_to_like_any_other()
    {
        await using ManagementListener listener = await ManagementListener.ListenAsync(new ManagementEndpoint.Unix(SocketPath), cancellationToken: _cancel);
        using Socket daemon = await DialAsync(SocketPath);
        await daemon.SendAsync(">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n"u8.ToArray(), _cancel);

        await using IncomingConnection incoming = await listener.AcceptAsync(_cancel);
        await using ManagementConnection connection = await incoming.OpenAsync(cancellationToken: _cancel);
        Task<int> pid = connection.GetPidAsync(_cancel);
        byte[] heard = new byte[4];
        await daemon.ReceiveAsync(heard, _cancel);
        await daemon.SendAsync("SUCCESS: pid=42\r\n"u8.ToArray(), _cancel);

        Assert.Equal("pid\n"u8.ToArray(), heard);
        Assert.Equal(42, await pid);
    }

    [Fact]
    public async Task A_socket_that_listens_already_is_taken_over()
    {
        var existing = new TcpListener(IPAddress.Loopback, 0);
        existing.Start();
        await using ManagementListener listener = ManagementListener.FromSocket(existing.Server);
        var local = (IPEndPoint)Assert.Single(listener.LocalEndPoints);
        using var daemon = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await daemon.ConnectAsync(local, _cancel);
        await daemon.SendAsync(">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n"u8.ToArray(), _cancel);

        await using IncomingConnection incoming = await listener.AcceptAsync(_cancel);
        await using ManagementConnection connection = await incoming.OpenAsync(cancellationToken: _cancel);

        Assert.Equal(5, connection.InterfaceVersion);
        Assert.Equal(new ManagementEndpoint.Tcp("127.0.0.1", local.Port, AddressFamily.InterNetwork), listener.Endpoint);
    }

    [Fact]
    public async Task A_bound_unix_socket_begins_to_listen()
    {
        var bound = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        bound.Bind(new UnixDomainSocketEndPoint(SocketPath));
        await using ManagementListener listener = ManagementListener.FromSocket(bound);

        using Socket daemon = await DialAsync(SocketPath);

        await using IncomingConnection incoming = await listener.AcceptAsync(_cancel);
        Assert.Equal(new ManagementEndpoint.Unix(SocketPath), listener.Endpoint);
    }

    [Fact]
    public void A_socket_that_is_not_bound_is_no_listener()
    {
        using var loose = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        Assert.Throws<ArgumentException>(() => ManagementListener.FromSocket(loose));
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    public async Task The_socket_file_has_the_mode_that_was_asked_for_and_goes_with_the_listener(UnixFileMode mode)
    {
        ManagementListener listener = await ManagementListener.ListenAsync(new ManagementEndpoint.Unix(SocketPath), new ManagementListenerOptions { SocketMode = mode }, _cancel);
        await using (listener)
            Assert.Equal(mode, File.GetUnixFileMode(SocketPath));

        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public async Task A_stale_socket_file_is_replaced()
    {
        // A process that died: the file stays, and nobody answers.
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(SocketPath));
            File.Move(SocketPath, SocketPath + ".kept");
        }

        File.Move(SocketPath + ".kept", SocketPath);

        await using ManagementListener listener = await ManagementListener.ListenAsync(new ManagementEndpoint.Unix(SocketPath), cancellationToken: _cancel);

        using Socket daemon = await DialAsync(SocketPath);
        await using IncomingConnection incoming = await listener.AcceptAsync(_cancel);
        Assert.Null(incoming.RemoteEndPoint);
    }

    [Fact]
    public async Task A_socket_that_is_in_use_is_left_alone()
    {
        await using ManagementListener first = await ManagementListener.ListenAsync(new ManagementEndpoint.Unix(SocketPath), cancellationToken: _cancel);

        await Assert.ThrowsAsync<EndpointUnreachableException>(() => ManagementListener.ListenAsync(new ManagementEndpoint.Unix(SocketPath), cancellationToken: _cancel));

        using Socket daemon = await DialAsync(SocketPath);
        Assert.True(daemon.Connected);
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_never_removed()
    {
        await File.WriteAllTextAsync(SocketPath, "precious", _cancel);

        await Assert.ThrowsAsync<EndpointUnreachableException>(() => ManagementListener.ListenAsync(new ManagementEndpoint.Unix(SocketPath), cancellationToken: _cancel));

        Assert.Equal("precious", await File.ReadAllTextAsync(SocketPath, _cancel));
    }

    [Fact]
    public async Task A_pipe_is_no_socket_either_and_does_not_hold_us_up()
    {
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", SocketPath))
            await mkfifo.WaitForExitAsync(_cancel);

        await Assert.ThrowsAsync<EndpointUnreachableException>(() => ManagementListener.ListenAsync(new ManagementEndpoint.Unix(SocketPath), cancellationToken: _cancel));
    }

    [Fact]
    public async Task Every_address_of_this_machine_is_listened_on_by_one_port()
    {
        await using ManagementListener listener = await ManagementListener.ListenAsync(new ManagementEndpoint.Tcp("*", 0), cancellationToken: _cancel);
        IPEndPoint[] local = [.. listener.LocalEndPoints.Cast<IPEndPoint>()];

        Assert.Equal([IPAddress.Any, IPAddress.IPv6Any], local.Select(endPoint => endPoint.Address));
        Assert.Single(local.Select(endPoint => endPoint.Port).Distinct());
        foreach (IPAddress address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            using var daemon = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await daemon.ConnectAsync(address, local[0].Port, _cancel);
            await using IncomingConnection incoming = await listener.AcceptAsync(_cancel);
            Assert.Equal(address, incoming.RemoteEndPoint!.Address);
        }
    }

    [Theory]
    [InlineData("tcp4://*:0", AddressFamily.InterNetwork)]
    [InlineData("tcp6://*:0", AddressFamily.InterNetworkV6)]
    public async Task A_forced_family_is_the_only_one(string endpoint, AddressFamily family)
    {
        await using ManagementListener listener = await ManagementListener.ListenAsync(ManagementEndpoint.Parse(endpoint), cancellationToken: _cancel);

        Assert.Equal(family, Assert.Single(listener.LocalEndPoints).AddressFamily);
        Assert.Empty(listener.Warnings);
    }

    [Fact]
    public async Task An_address_of_one_family_only_gets_a_warning()
    {
        await using ManagementListener listener = await ManagementListener.ListenAsync(ManagementEndpoint.Parse("tcp://127.0.0.1:0"), cancellationToken: _cancel);

        Assert.Contains("IPv6", Assert.Single(listener.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_listener_accepts_nobody_any_more()
    {
        ManagementListener listener = await ManagementListener.ListenAsync(new ManagementEndpoint.Unix(SocketPath), cancellationToken: _cancel);
        Task<IncomingConnection> accepting = listener.AcceptAsync(_cancel);

        await listener.DisposeAsync();
        await listener.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => accepting);
    }

    [Fact]
    public async Task What_dials_in_and_is_not_OpenVpn_is_told_apart()
    {
        await using ManagementListener listener = await ManagementListener.ListenAsync(new ManagementEndpoint.Unix(SocketPath), cancellationToken: _cancel);
        using Socket other = await DialAsync(SocketPath);
        await other.SendAsync("GET / HTTP/1.1\r\n"u8.ToArray(), _cancel);
        await using IncomingConnection incoming = await listener.AcceptAsync(_cancel);

        await Assert.ThrowsAsync<NotOpenVpnException>(() => incoming.OpenAsync(cancellationToken: _cancel));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<Socket> DialAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), _cancel);
        return socket;
    }
}
