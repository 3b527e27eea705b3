using System.Net.Security;
using System.Net.Sockets;
using Tunnel.Carriers;
using Tunnel.Smux;
using Tunnel.Sockets;

namespace Tunnel.Benchmarks;

/// <summary>Measures against a <see cref="SmuxServer"/> or the Go peer: bytes a second, streams a second, and how long a small message takes beside a download.</summary>
internal static class SmuxClient
{
    public static SmuxOptions Options(Arguments arguments)
    {
        var options = new SmuxOptions { MaxStreamsPerSecond = 10_000_000 };
        return arguments.Number("smux", 1) == 2 ? ExtendedSmux.From(options) : options;
    }

    public static async Task RunAsync(Arguments arguments)
    {
        HostPort address = HostPort.Parse(arguments.Text("address", ""));
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port);
        var tls = new SslStream(new SocketStream(socket));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = Loopback.Accept });
        await using var session = new SmuxSession(tls, SmuxRole.Client, Options(arguments));
        int streams = arguments.Number("streams", 1);

        (double bytes, double allocated) = await ThroughputAsync(session, streams, arguments.Duration);
        double rate = await OpenEchoCloseAsync(session, streams, arguments.Duration);
        double p99 = await LatencyAsync(session, arguments.Duration);
        Console.WriteLine(FormattableString.Invariant($"result {bytes:0} {rate:0} {p99:0} {allocated:0.0}"));
    }

    private static async Task<(double Bytes, double AllocatedPerFrame)> ThroughputAsync(SmuxSession session, int streams, TimeSpan duration)
    {
        long taken = 0;
        bool over = false;
        Task[] readers = [.. Enumerable.Range(0, streams).Select(_ => Task.Run(async () =>
        {
            await using SmuxStream stream = session.OpenStream();
            await stream.WriteAsync("g"u8.ToArray());
            byte[] block = new byte[64 * 1024];
            while (!Volatile.Read(ref over))
                Interlocked.Add(ref taken, await stream.ReadAsync(block));
        }))];
        await Task.Delay(4000); // the runtime compiles what is hot
        long allocatedBefore = GC.GetTotalAllocatedBytes();
        Interlocked.Exchange(ref taken, 0);
        var watch = Stopwatch.StartNew();
        await Task.Delay(duration);
        long bytes = Interlocked.Read(ref taken);
        double rate = bytes / watch.Elapsed.TotalSeconds;
        double allocated = (GC.GetTotalAllocatedBytes() - allocatedBefore) / (bytes / (32.0 * 1024));
        Volatile.Write(ref over, true);
        await Task.WhenAll(readers);
        return (rate, allocated);
    }

    private static async Task<double> OpenEchoCloseAsync(SmuxSession session, int workers, TimeSpan duration)
    {
        long opened = 0;
        bool over = false;
        Task[] tasks = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
        {
            byte[] request = [(byte)'e', 1];
            byte[] answer = new byte[1];
            while (!Volatile.Read(ref over))
            {
                await using SmuxStream stream = session.OpenStream();
                await stream.WriteAsync(request);
                await stream.ReadExactlyAsync(answer);
                Interlocked.Increment(ref opened);
            }
        }))];
        var watch = Stopwatch.StartNew();
        await Task.Delay(duration);
        double rate = Interlocked.Read(ref opened) / watch.Elapsed.TotalSeconds;
        Volatile.Write(ref over, true);
        await Task.WhenAll(tasks);
        return rate;
    }

    /// <summary>99th percentile in microseconds of 32 bytes there and back while another stream downloads as fast as it can.</summary>
    private static async Task<double> LatencyAsync(SmuxSession session, TimeSpan duration)
    {
        bool over = false;
        Task download = Task.Run(async () =>
        {
            await using SmuxStream stream = session.OpenStream();
            await stream.WriteAsync("g"u8.ToArray());
            byte[] block = new byte[64 * 1024];
            while (!Volatile.Read(ref over))
                _ = await stream.ReadAsync(block);
        });
        await Task.Delay(300);
        List<double> times = [];
        await using (SmuxStream echo = session.OpenStream())
        {
            byte[] message = new byte[32];
            await echo.WriteAsync("e"u8.ToArray());
            var all = Stopwatch.StartNew();
            while (all.Elapsed < duration)
            {
                long start = Stopwatch.GetTimestamp();
                await echo.WriteAsync(message);
                await echo.ReadExactlyAsync(message);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                await Task.Delay(1);
            }
        }

        Volatile.Write(ref over, true);
        await download;
        times.Sort();
        return times[(int)(0.99 * (times.Count - 1))];
    }
}
