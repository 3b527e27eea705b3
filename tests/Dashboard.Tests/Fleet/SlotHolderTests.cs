using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

using Dashboard.Fleet;

using Mgmt.Core.Sockets;

namespace Dashboard.Tests.Fleet;

/// <summary>Real sockets, and real programs at their other end.</summary>
public sealed class SlotHolderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_program_that_holds_a_TCP_slot_is_named()
    {
        using TcpListener daemon = new(IPAddress.Loopback, 0);
        daemon.Start();
        int port = ((IPEndPoint)daemon.LocalEndpoint).Port;
        using Process holder = Process.Start(new ProcessStartInfo("openvpn", $"--dev null --remote 127.0.0.1 1 --nobind --management 127.0.0.1 {port} --management-client") { UseShellExecute = false, RedirectStandardOutput = true })!;
        using Socket accepted = await daemon.AcceptSocketAsync(Cancel);
        using TcpClient inLine = new();
        await inLine.ConnectAsync(IPAddress.Loopback, port, Cancel);

        string? found = SlotHolder.Find(new ManagementEndpoint.Tcp("127.0.0.1", port));

        holder.Kill();
        Assert.Equal($"openvpn (pid {holder.Id})", found);
    }

    [Fact]
    public async Task The_program_that_holds_a_unix_slot_is_named()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("slot-").FullName, "m.sock");
        using Socket daemon = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        daemon.Bind(new UnixDomainSocketEndPoint(path));
        daemon.Listen();
        using Process holder = Process.Start(new ProcessStartInfo("openvpn", $"--dev null --remote 127.0.0.1 1 --nobind --management {path} unix --management-client") { UseShellExecute = false, RedirectStandardOutput = true })!;
        using Socket accepted = await daemon.AcceptAsync(Cancel);
        using Socket inLine = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await inLine.ConnectAsync(new UnixDomainSocketEndPoint(path), Cancel);

        string? found = SlotHolder.Find(new ManagementEndpoint.Unix(path));

        holder.Kill();
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        Assert.Equal($"openvpn (pid {holder.Id})", found);
    }

    [Fact]
    public void Nothing_is_said_of_a_slot_that_nobody_here_holds()
    {
        Assert.Null(SlotHolder.Find(new ManagementEndpoint.Tcp("192.0.2.1", 7505)));
        Assert.Null(SlotHolder.Find(new ManagementEndpoint.Unix("/nowhere/m.sock")));
    }
}
