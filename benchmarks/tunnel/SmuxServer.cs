using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Tunnel.Carriers;
using Tunnel.Smux;

namespace Tunnel.Benchmarks;

/// <summary>Sessions over TLS whose streams say by their first byte what they are for: 'e' echoes, 's' swallows, 'g' gives until the client is done with it.</summary>
internal static class SmuxServer
{
    public static async Task RunAsync(Arguments arguments)
    {
        using var certificate = arguments.Certificate();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Console.WriteLine($"ready {listener.LocalEndPoint}");
        while (true)
        {
            Socket socket = await listener.AcceptAsync();
            var tls = new SslStream(new SocketStream(socket));
            await tls.AuthenticateAsServerAsync(certificate);
            var session = new SmuxSession(tls, SmuxRole.Server, SmuxClient.Options(arguments));
            _ = AcceptAsync(session);
        }
    }

    private static async Task AcceptAsync(SmuxSession session)
    {
        try
        {
            while (true)
                _ = ServeAsync(await session.AcceptStreamAsync());
        }
        catch (SmuxException)
        {
            // The client is done.
        }
    }

    private static async Task ServeAsync(SmuxStream stream)
    {
        await using (stream)
        {
            try
            {
                byte[] what = new byte[1];
                await stream.ReadExactlyAsync(what);
                byte[] block = new byte[what[0] == 'e' ? 4096 : 64 * 1024];
                int read;
                StrongBox<bool> over = new();
                stream.OnRemoteEnd(static state => Volatile.Write(ref ((StrongBox<bool>)state!).Value, true), over);
                while (what[0] == 'g' && !Volatile.Read(ref over.Value))
                    await stream.WriteAsync(block);
                while ((read = await stream.ReadAsync(block)) > 0)
                {
                    if (what[0] == 'e')
                        await stream.WriteAsync(block.AsMemory(0, read));
                }
            }
            catch (IOException)
            {
                // The client is done with this stream.
            }
        }
    }
}
