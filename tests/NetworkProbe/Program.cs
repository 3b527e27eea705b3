// dial LISTEN-ADDRESS ENDPOINT   be a daemon on LISTEN-ADDRESS ('-' for none), dial ENDPOINT, print "connected ADDRESS MILLISECONDS" or the failure
// listen ENDPOINT                listen, print each local address and each warning
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mgmt.Core.Connection;
using Mgmt.Core.Sockets;

switch (args)
{
    case ["dial", var listen, var text]:
        await DialAsync(listen, (ManagementEndpoint.Tcp)ManagementEndpoint.Parse(text));
        return 0;
    case ["listen", var text]:
        await ListenAsync(ManagementEndpoint.Parse(text));
        return 0;
    default:
        return 2;
}

static async Task DialAsync(string listen, ManagementEndpoint.Tcp endpoint)
{
    using Socket? daemon = listen == "-" ? null : Listen(IPAddress.Parse(listen), endpoint.Port);
    Task<Socket>? accepting = daemon is null ? null : AcceptAsync(daemon);
    long start = Stopwatch.GetTimestamp();
    try
    {
        await using ManagementConnection connection = await ManagementConnection.ConnectAsync(endpoint, new ManagementConnectionOptions { ConnectTimeout = TimeSpan.FromSeconds(10) });
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        using Socket accepted = await accepting!;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"connected {((IPEndPoint)accepted.LocalEndPoint!).Address} {elapsed.TotalMilliseconds:0}"));
    }
    catch (ManagementOpenException error)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{error.Failure} {(error.InnerException as SocketException)?.SocketErrorCode} {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0}"));
    }
}

static Socket Listen(IPAddress address, int port)
{
    var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    socket.Bind(new IPEndPoint(address, port));
    socket.Listen();
    return socket;
}

static async Task<Socket> AcceptAsync(Socket daemon)
{
    Socket accepted = await daemon.AcceptAsync();
    await accepted.SendAsync(">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n"u8.ToArray());
    return accepted;
}

static async Task ListenAsync(ManagementEndpoint endpoint)
{
    try
    {
        await using ManagementListener listener = await ManagementListener.ListenAsync(endpoint);
        foreach (EndPoint local in listener.LocalEndPoints)
            Console.WriteLine("listening " + local);
        foreach (string warning in listener.Warnings)
            Console.WriteLine("warning " + warning);
    }
    catch (ManagementOpenException error)
    {
        Console.WriteLine($"{error.Failure} {(error.InnerException as SocketException)?.SocketErrorCode}");
    }
}
