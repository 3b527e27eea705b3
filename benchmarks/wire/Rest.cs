using System.Globalization;
using System.Net.Sockets;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;
using Mgmt.Core.Sockets;

namespace Wire;

/// <summary>What a connection at rest costs: managed memory after a collection, per connection with its consumer.</summary>
internal static class Rest
{
    public static async Task RunAsync(int count)
    {
        string path = Path.Combine(Path.GetTempPath(), $"wire-{Environment.ProcessId}.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(count);
        var daemons = new List<Socket>();
        var connections = new List<ManagementConnection>();
        var consumers = new List<Task>();
        long before = 0;
        for (int i = 0; i <= count; i++)
        {
            Task<ManagementConnection> opening = ManagementConnection.ConnectAsync(new ManagementEndpoint.Unix(path));
            Socket daemon = await listener.AcceptAsync();
            daemons.Add(daemon);
            await daemon.SendAsync(">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n>STATE:1795214552,CONNECTED,SUCCESS,10.80.0.1,,,,,\r\n"u8.ToArray());
            ManagementConnection connection = await opening;
            connections.Add(connection);
            consumers.Add(ConsumeAsync(connection));
            if (i == 0)
                before = GC.GetTotalMemory(forceFullCollection: true); // the first one pays for code and pools
        }

        long after = GC.GetTotalMemory(forceFullCollection: true);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} connections at rest: {(after - before) / 1024.0 / count:0.0} KB each"));
        foreach (ManagementConnection connection in connections)
            await connection.DisposeAsync();
        await Task.WhenAll(consumers);
        foreach (Socket daemon in daemons)
            daemon.Dispose();
        File.Delete(path);
    }

    private static async Task ConsumeAsync(ManagementConnection connection)
    {
        await foreach (ManagementEvent ignored in connection.ReadEventsAsync())
            GC.KeepAlive(ignored);
    }
}
