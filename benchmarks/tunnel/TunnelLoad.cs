using Tunnel.Client;
using Tunnel.Server;

namespace Tunnel.Benchmarks;

/// <summary>A tunnel server that waits for one client and then sends it requests as fast as it can, and that client.</summary>
internal static class TunnelLoad
{
    public static async Task RunAsync(Arguments arguments)
    {
        using var certificate = arguments.Certificate();
        var storage = new InMemoryTunnelStorage();
        storage.AddToken("lab-token", "alice");
        storage.AddRoute("lab.test", "alice");
        await using var server = new TunnelServer(new TunnelServerOptions { CertificateSelector = _ => certificate }, storage);
        Console.WriteLine($"ready {(await server.ListenAsync("127.0.0.1:0"))[0]}");
        while (server.GetAllBackends().Count == 0)
            await Task.Delay(10);

        int workers = arguments.Number("streams", 1);
        var times = new List<double>[workers];
        long taken = 0, failed = 0;
        bool over = false;
        var watch = Stopwatch.StartNew();
        TimeSpan warmUp = TimeSpan.FromSeconds(6); // the runtime compiles what is hot, on a machine that has more to do
        Task[] tasks = [.. Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            List<double> mine = times[worker] = [];
            byte[] block = new byte[64 * 1024];
            while (!Volatile.Read(ref over))
            {
                TimeSpan start = watch.Elapsed;
                long bytes = 0;
                try
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, "http://lab.test/");
                    using HttpResponseMessage answer = await server.SendAsync(request);
                    Stream body = await answer.Content.ReadAsStreamAsync();
                    int read;
                    while ((read = await body.ReadAsync(block)) > 0)
                        bytes += read;
                }
                catch (IOException)
                {
                    Interlocked.Increment(ref failed);
                    continue;
                }

                if (watch.Elapsed < warmUp || Volatile.Read(ref over))
                    continue;
                Interlocked.Add(ref taken, bytes);
                mine.Add((watch.Elapsed - start).TotalMicroseconds);
            }
        }))];
        await Task.Delay(warmUp + arguments.Duration);
        double elapsed = (watch.Elapsed - warmUp).TotalSeconds;
        Volatile.Write(ref over, true);
        await Task.WhenAll(tasks);
        double[] sorted = [.. times.SelectMany(some => some).Order()];
        Console.WriteLine(FormattableString.Invariant(
            $"result {sorted.Length / elapsed:0} {taken / elapsed:0} {sorted[sorted.Length / 2]:0} {sorted[(int)(0.99 * (sorted.Length - 1))]:0} {failed}"));
    }

    public static async Task ServeAsync(Arguments arguments)
    {
        byte[] body = new byte[arguments.Number("size", 13)];
        Array.Fill(body, (byte)'x');
        await using var client = new TunnelClient(new TunnelClientOptions
        {
            Server = arguments.Text("address", ""),
            Token = "lab-token",
            Domain = "lab.test",
            Tls = new TunnelTlsOptions { DangerousSkipVerification = true },
            Extensions = Enum.Parse<TunnelExtensions>(arguments.Text("extensions", "Off")),
            Handler = async context =>
            {
                context.Response.ContentLength = body.Length;
                for (int at = 0; at < body.Length; at += 64 * 1024)
                    await context.Response.Body.WriteAsync(body.AsMemory(at, Math.Min(64 * 1024, body.Length - at)));
            },
        });
        try
        {
            await client.ConnectAsync(CancellationToken.None);
        }
        catch (TunnelException)
        {
            // The server is done.
        }
    }
}
