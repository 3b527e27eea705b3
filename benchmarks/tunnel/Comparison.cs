using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Benchmarks;

/// <summary>Runs every case with two processes for each side, Go's and ours in turns, and prints the medians beside each other.</summary>
internal static class Comparison
{
    private static readonly string s_folder = Directory.CreateTempSubdirectory("tunnel-benchmarks-").FullName;
    private static readonly string s_certificate = Path.Combine(s_folder, "certificate.pem");
    private static readonly string s_key = Path.Combine(s_folder, "key.pem");
    private static readonly string s_peer = Path.Combine(s_folder, "peer");

    public static async Task RunAsync(Arguments arguments)
    {
        int rounds = arguments.Number("rounds", 3);
        string seconds = arguments.Text("seconds", "3");
        try
        {
            WriteCertificate();
            await BuildPeerAsync(arguments.Text("peer", Path.Combine(AppContext.BaseDirectory, "peer-source")));
            int[] both = [1, 64];
            foreach (int streams in arguments.Text("cases", "all") == "tunnel" ? [] : both)
            {
                (double[] go, double[] ours) = await MediansAsync(
                    rounds, () => PairAsync(Go, "smux-server", "smux-client", streams, seconds), () => PairAsync(Ours, "smux-server", "smux-client", streams, seconds));
                Print($"smux over TLS, {streams} stream(s)", "GB/s", go[0] / 1e9, ours[0] / 1e9);
                Print($"open, echo one byte, close, {streams} worker(s)", "per s", go[1], ours[1]);
                Print("small message beside a full-speed download, p99", "ms", go[2] / 1e3, ours[2] / 1e3);
                Console.WriteLine(FormattableString.Invariant($"| bytes allocated for each 32 KiB frame received | B | | {ours[3]:0.0} | |"));
            }

            foreach (int streams in new[] { 1, 64 })
            {
                (double[] go, double[] ours) = await MediansAsync(
                    rounds, () => PairAsync(Go, "bench-tunnel", "client", streams, seconds), () => PairAsync(Ours, "bench-tunnel", "client", streams, seconds));
                Print($"tunnel, 13-byte answers, {streams} in flight", "requests/s", go[0], ours[0]);
                Print($"  its p99", "ms", go[3] / 1e3, ours[3] / 1e3);
                double[] extended = await MedianAsync(rounds, () => PairAsync(Ours, "bench-tunnel", "client", streams, seconds, "-extensions", "Require"));
                Print($"  the same between new ends (extensions)", "requests/s", go[0], extended[0]);
                Console.WriteLine(FormattableString.Invariant(
                    $"|   processor time for a request, both processes (new ends in brackets) | µs | {1e6 * go[^1] / go[0]:0} | {1e6 * ours[^1] / ours[0]:0} ({1e6 * extended[^1] / extended[0]:0}) | |"));
            }

            foreach (int streams in new[] { 1, 64 })
            {
                (double[] go, double[] ours) = await MediansAsync(
                    rounds,
                    () => PairAsync(Go, "bench-tunnel", "client", streams, seconds, "-size", "10000000"),
                    () => PairAsync(Ours, "bench-tunnel", "client", streams, seconds, "-size", "10000000"));
                Print($"tunnel, 10 MB answers, {streams} in flight", "MB/s", go[1] / 1e6, ours[1] / 1e6);
                Console.WriteLine(FormattableString.Invariant(
                    $"|   processor time for a MB, both processes | ms | {1e9 * go[^1] / go[1]:0.00} | {1e9 * ours[^1] / ours[1]:0.00} | |"));
            }

            double[] idle = await PairAsync(Ours, "idle-server", "idle-clients", 1000, "20");
            Console.WriteLine(FormattableString.Invariant($"| 1,000 idle connections: memory of the server | MB | | {idle[0]:0} | |"));
            Console.WriteLine(FormattableString.Invariant($"| 1,000 idle connections: one core, of which | % | | {idle[1]:0.0} | |"));
        }
        finally
        {
            Directory.Delete(s_folder, recursive: true);
        }
    }

    private static void Print(string what, string unit, double go, double ours) =>
        Console.WriteLine(FormattableString.Invariant($"| {what} | {unit} | {go:#,0.##} | {ours:#,0.##} | {(go == 0 ? 0 : ours / go):0.00} |"));

    private static async Task<(double[] Go, double[] Ours)> MediansAsync(int rounds, Func<Task<double[]>> go, Func<Task<double[]>> ours)
    {
        List<double[]> theirs = [], mine = [];
        for (int i = 0; i < rounds; i++)
        {
            theirs.Add(await go());
            mine.Add(await ours());
        }

        return (Median(theirs), Median(mine));
    }

    private static async Task<double[]> MedianAsync(int rounds, Func<Task<double[]>> run)
    {
        List<double[]> results = [];
        for (int i = 0; i < rounds; i++)
            results.Add(await run());
        return Median(results);
    }

    private static double[] Median(List<double[]> results) =>
        [.. Enumerable.Range(0, results[0].Length).Select(column => results.Select(row => row[column]).Order().ElementAt(results.Count / 2))];

    /// <summary>One end that listens and one that dials; whichever prints "result" ends the case.</summary>
    private static async Task<double[]> PairAsync(
        Func<string, string[], Process> start, string listens, string dials, int streams, string seconds, params string[] more)
    {
        string[] common = ["-streams", streams.ToString(CultureInfo.InvariantCulture), "-seconds", seconds, .. more];
        using Process server = start(listens, ["-cert", s_certificate, "-key", s_key, .. listens == "smux-server" ? [] : common]);
        try
        {
            string ready = await LineAsync(server, "ready");
            using Process client = start(dials, ["-address", ready.Split(' ')[1], .. common]);
            try
            {
                Task<string> answer = LineAsync(dials == "smux-client" ? client : server, "result");
                double used = await ProcessorTimeAsync(server, client, answer, double.Parse(seconds, CultureInfo.InvariantCulture));
                string result = await answer;
                return [.. result.Split(' ')[1..].Select(number => double.Parse(number, CultureInfo.InvariantCulture)), used];
            }
            finally
            {
                client.Kill();
                await client.WaitForExitAsync();
            }
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    /// <summary>Processor seconds a second of both processes together, in the time before the result: a figure that other load on the machine does not spoil.</summary>
    private static async Task<double> ProcessorTimeAsync(Process server, Process client, Task result, double seconds)
    {
        List<(TimeSpan At, TimeSpan Used)> samples = [];
        var watch = Stopwatch.StartNew();
        while (!result.IsCompleted)
        {
            try
            {
                server.Refresh();
                client.Refresh();
                samples.Add((watch.Elapsed, server.TotalProcessorTime + client.TotalProcessorTime));
            }
            catch (InvalidOperationException)
            {
                break; // one of them is done
            }

            await Task.WhenAny(result, Task.Delay(100));
        }

        (TimeSpan At, TimeSpan Used) last = samples[^1];
        (TimeSpan At, TimeSpan Used) first = samples.Last(sample => sample.At <= last.At - TimeSpan.FromSeconds(0.8 * seconds) || sample == samples[0]);
        return (last.Used - first.Used) / (last.At - first.At);
    }

    private static async Task<string> LineAsync(Process process, string start)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
                return line;
        }

        throw new InvalidOperationException($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} ended without '{start}'.");
    }

    private static Process Go(string role, string[] arguments) => Start(s_peer, [role, "-patience", "20ms", .. arguments.Where((_, i) => !arguments[i - (i % 2)].StartsWith("-extensions", StringComparison.Ordinal))]);

    private static Process Ours(string role, string[] arguments) => Start(Environment.ProcessPath!, [role, .. arguments]);

    private static Process Start(string program, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;

    private static async Task BuildPeerAsync(string source)
    {
        var start = new ProcessStartInfo("go", ["build", "-o", s_peer, "."]) { UseShellExecute = false, WorkingDirectory = source };
        start.Environment["GO111MODULE"] = "off";
        start.Environment["GOPATH"] = "/usr/share/gocode";
        using Process go = Process.Start(start)!;
        await go.WaitForExitAsync();
        if (go.ExitCode != 0)
            throw new InvalidOperationException("The Go peer could not be built: apt-get install golang-go golang-github-xtaci-smux-dev golang-github-xtaci-kcp-dev");
    }

    private static void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(s_certificate, certificate.ExportCertificatePem());
        File.WriteAllText(s_key, key.ExportECPrivateKeyPem());
    }
}
