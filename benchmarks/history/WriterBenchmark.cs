using System.Diagnostics;
using System.Globalization;

using Dashboard.Access;
using Dashboard.Fleet;
using Dashboard.History;
using Dashboard.History.Reports;
using Dashboard.Live;

using Mgmt.Core;

namespace History.Benchmarks;

/// <summary>Rows of minutes into PostgreSQL by the dashboard's own writer, while somebody reads reports all the time.</summary>
internal static class WriterBenchmark
{
    // The last rounds are what a healthy database sees each minute: one row for each session, and each session's own row to move.
    private static readonly int[] s_minutesOfRounds = [20, 20, 20, 20, 1, 1, 1, 1];

    public static async Task RunAsync(HistoryLab lab, double scale)
    {
        int clients = Math.Max(100, (int)(50_000 * scale));
        HistoryWriter writer = lab.Get<HistoryWriter>();
        IFleetObserver fleet = writer;
        DateTimeOffset start = new(DateTime.UtcNow.Date.AddDays(-1), TimeSpan.Zero);
        SessionIdentity[] sessions = [.. Enumerable.Range(0, clients).Select(i => new SessionIdentity($"server-{i / 100}", new ClientId((uint)i), start, $"client-{i}", $"198.51.100.{i % 250}:{i % 60_000}"))];
        SessionDetails details = new(null, "10.8.0.2", null, "linux 2.6.14", "AES-256-GCM");
        foreach (SessionIdentity session in sessions)
        {
            fleet.SessionSeen(session, details, start);
            fleet.CountersReported(session.Id, 0, 0, start);
        }
        await writer.FlushAsync(everything: true, CancellationToken.None);

        using CancellationTokenSource over = new();
        Task<(int, double)> reading = ReadAsync(lab.Get<ITrafficReports>(), start, over.Token);
        int number = 0;
        foreach ((int round, int minutes) in s_minutesOfRounds.Index())
        {
            for (int minute = 0; minute < minutes; minute++)
            {
                number++;
                foreach (SessionIdentity session in sessions)
                    fleet.CountersReported(session.Id, number * 1_000_003L, number * 7_000_009L, start.AddMinutes(number));
            }
            long began = Stopwatch.GetTimestamp();
            await writer.FlushAsync(everything: true, CancellationToken.None);
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"writer round {round + 1}: {clients * minutes:N0} rows ({minutes} for each session) in {seconds:0.00} s, {clients * minutes / seconds:N0} rows/s"));
        }
        await over.CancelAsync();
        (int reads, double mean) = await reading;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"meanwhile {reads} reports were read, {mean:0} ms each"));
    }

    private static async Task<(int Reads, double MeanMilliseconds)> ReadAsync(ITrafficReports reports, DateTimeOffset start, CancellationToken over)
    {
        int reads = 0;
        long began = Stopwatch.GetTimestamp();
        HistoryRange range = HistoryRange.Create(start, start.AddHours(2));
        while (!over.IsCancellationRequested)
            await reports.TrafficAsync(ServerAccess.Everything, new TrafficQuery(range, $"server-{reads++ % 100}", null, TimeZoneInfo.Utc, TrafficStep.Minute), CancellationToken.None);
        return (reads, Stopwatch.GetElapsedTime(began).TotalMilliseconds / Math.Max(1, reads));
    }
}
