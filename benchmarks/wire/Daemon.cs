using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Wire;

/// <summary>A daemon's side: a greeting, and then byte counts of 1,000 clients as fast as the socket takes them.</summary>
internal static class Daemon
{
    private const int LinesInBlock = 100_000;

    public static async Task RunAsync(string path, long count)
    {
        File.Delete(path);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        byte[] block = Block(LinesInBlock);
        byte[] rest = Block((int)(count % LinesInBlock));
        Console.WriteLine(Expectation(count));
        while (true)
        {
            using Socket client = await listener.AcceptAsync();
            try
            {
                await SendAsync(client, ">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n"u8.ToArray());
                for (long i = 0; i < count / LinesInBlock; i++)
                    await SendAsync(client, block);
                await SendAsync(client, rest);
                byte[] ignored = new byte[1024];
                while (await client.ReceiveAsync(ignored) > 0)
                {
                    // until the reader goes
                }
            }
            catch (SocketException)
            {
                // the reader went first
            }
        }
    }

    /// <summary>What a reader must find, counted without any wire.</summary>
    public static string Expectation(long count)
    {
        long received = 0;
        long sent = 0;
        for (long i = 0; i < count; i++)
        {
            (long oneReceived, long oneSent) = Counters((int)(i % LinesInBlock));
            received += oneReceived;
            sent += oneSent;
        }

        return string.Create(CultureInfo.InvariantCulture, $"sending {count}: received {received}, sent {sent}, checksum {unchecked((received * 31) + sent)}");
    }

    private static (long Received, long Sent) Counters(int line) => (line * 7L, line * 13L);

    private static byte[] Block(int lines)
    {
        var text = new StringBuilder();
        for (int i = 0; i < lines; i++)
        {
            (long received, long sent) = Counters(i);
            text.Append(CultureInfo.InvariantCulture, $">BYTECOUNT_CLI:{i % 1000},{received},{sent}\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static async Task SendAsync(Socket client, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await client.SendAsync(bytes)..];
    }
}
